// Several tweets at once. The file is read here and answered piece by piece, so that stopping is just not going on; what
// comes back is CSV text, which becomes a file here.

import { count } from "../browser/numbers.js";
import { statusLine } from "../browser/status.js";
import { state } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel */
export function mount({ $, call, props: { limits, choices } }) {
  const file = $("#many-file");
  const column = $("#many-column");
  const number = $("#many-k");
  const go = $(".go");
  const stop = $(".stop");
  const take = $(".take");
  const bar = $("progress");
  const line = statusLine($(".note"));
  const BOUNDS = `Up to ${count(limits.rows)} rows and ${count(limits.characters / 1e6)} MB.`;
  const ADVICE = `${BOUNDS} A cell that a spreadsheet would run as a formula gets a ’ in front.`;
  let table = null; // { columns, rows }
  let pieces = []; // of the result, as CSV text
  let done = 0; // rows
  let answered = 0;
  let run = 0; // a number for what is going on; another one ends it

  /** A file's text. Files that are not UTF-8 are what Excel saves: UTF-16 with a mark at its beginning, or Windows-1252. */
  async function textOf(chosen) {
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const mark = bytes[0] * 256 + bytes[1];
    if (mark === 0xfffe || mark === 0xfeff) return new TextDecoder(mark === 0xfffe ? "utf-16le" : "utf-16be").decode(bytes);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }

  async function read() {
    const chosen = file.files[0];
    forget();
    if (!chosen) return line.tell(ADVICE);
    const mine = run;
    if (chosen.size > limits.characters) return line.tell(`This file is too large. ${BOUNDS}`, true);
    line.tell("Reading the file …");
    try {
      const result = await call("read_file", { text: await textOf(chosen), name: chosen.name });
      if (mine === run) offer(result);
    } catch (error) {
      if (mine === run) line.tell(error.message, true);
    }
  }

  function offer({ columns, rows, column: likely }) {
    table = { columns, rows };
    column.replaceChildren(...columns.map((name, i) => new Option(name || `Column ${i + 1}`, String(i))));
    column.value = likely;
    column.disabled = columns.length < 2;
    go.disabled = false;
    show();
    preview();
  }

  function preview() {
    const first = table.rows.find((row) => row[column.value].trim())?.[column.value] ?? "";
    const short = first.length > 60 ? `${first.slice(0, 60)}…` : first;
    const rows = table.rows.length === 1 ? "1 row" : `${count(table.rows.length)} rows`;
    line.tell(`${rows}. The first tweet: ${short || "none in this column"}`);
  }

  /** Everything that came from the file is let go. */
  function forget() {
    run += 1;
    table = null;
    column.replaceChildren();
    column.disabled = go.disabled = true;
    restart();
  }

  function restart() {
    pieces = [];
    done = answered = 0;
    if (take.href) URL.revokeObjectURL(take.href);
    take.removeAttribute("href");
    bar.value = 0;
    show();
  }

  /** Buttons and bar, as things stand. */
  function show(running = false) {
    const isDone = table && done === table.rows.length;
    stop.hidden = !running;
    go.hidden = running || isDone;
    go.textContent = done ? "Go on" : "Answer";
    take.hidden = running || !done;
    number.disabled = running;
    column.disabled = running || !table || table.columns.length < 2;
    bar.classList.toggle("none", !running && !done);
  }

  async function answer() {
    const mine = run += 1;
    const { columns, rows } = table;
    const k = Number(number.value);
    const hidden = state.choice.hidden;
    show(true);
    stop.focus();
    try {
      if (!done) pieces = [(await call("head_rows", { rows: [columns], column: 0, k })).csv];
      while (mine === run && done < rows.length) {
        line.tell(`${count(done)} of ${count(rows.length)} …`);
        const piece = rows.slice(done, done + limits.piece);
        const result = await call("answer_rows", { rows: piece, column: Number(column.value), k, hidden });
        if (mine !== run) return;
        pieces.push(result.csv);
        done += piece.length;
        answered += result.answered;
        bar.value = done / rows.length;
      }
      const others = answered < rows.length ? "; the last column says why the others are not" : "";
      if (mine === run) finish(`Done: ${count(answered)} of ${count(rows.length)} answered${others}.`);
    } catch (error) {
      if (mine === run) finish(`${error.message} ${count(done)} of ${count(rows.length)} are done.`, true);
    }
  }

  /** Stopped, broken or done: what there is can be taken away. */
  function finish(message, wrong) {
    if (take.href) URL.revokeObjectURL(take.href);
    const name = file.files[0].name.replace(/\.\w+$/, "");
    // The mark in front makes Excel read the emojis as UTF-8.
    if (done) take.href = URL.createObjectURL(new Blob(["\ufeff", ...pieces], { type: "text/csv;charset=utf-8" }));
    take.download = `${name}-emojis.csv`;
    take.textContent = done === table.rows.length ? "Download the table" : `Download the first ${count(done)}`;
    const isWatched = [stop, document.body].includes(document.activeElement); // else the visitor does something else meanwhile
    show();
    line.tell(message, wrong);
    if (isWatched) (take.hidden ? go : take).focus();
  }

  file.addEventListener("change", read);
  go.addEventListener("click", answer);
  stop.addEventListener("click", () => {
    run += 1;
    finish(`Stopped: ${count(done)} of ${count(table.rows.length)} are done.`);
  });
  for (const select of [column, number]) {
    select.addEventListener("change", () => {
      if (!table) return;
      restart(); // another table than the one begun
      preview();
    });
  }

  number.append(...choices.map((k) => new Option(String(k), String(k))));
  number.value = Math.min(3, choices.at(-1));
  line.tell(ADVICE);
}
