// Several tweets at once. The browser keeps the table and has it answered piece by piece, so that stopping means only that
// no further piece is sent; the answers come back as CSV text, of which the browser makes a file.

import { copyText } from "../browser/files.js";
import { count } from "../browser/numbers.js";
import { statusLine } from "../browser/status.js";
import { state } from "../browser/store.js";

const SHOWN = 5; // rows that are shown of the file, and of the result

/** @param {import("../browser/panel.js").Panel} panel */
export function mount({ $, call, element, props: { limits, choices } }) {
  const file = $("#many-file");
  const column = $("#many-column");
  const number = $("#many-k");
  const header = $("#many-header");
  const go = $(".go");
  const stop = $(".stop");
  const take = $(".take");
  const paste = $(".paste");
  const bar = $("progress");
  const line = statusLine($(".note"));
  const BOUNDS = `Up to ${count(limits.rows)} rows and ${count(limits.bytes / 1e6)} MB.`;
  const ADVICE = `${BOUNDS} A cell that a spreadsheet would run as a formula gets a ’ in front.`;
  let table = null; // { rows, including the header's, width, delimiter, notes }
  let pieces = []; // of the result: { file, paste }, two texts
  let done = 0; // rows
  let answered = 0;
  let run = 0; // the number of the present run; a run ends when this changes

  const short = (text, most = 60) => (text.length > most ? `${text.slice(0, most)}…` : text);
  const body = () => (header.checked ? table.rows.slice(1) : table.rows);
  const columns = () => Array.from({ length: table.width }, (_, i) => (header.checked ? table.rows[0][i]?.trim() : "") || named(i));
  const named = (i) => (table.width === 1 ? "tweet" : `Column ${i + 1}`);

  /** A file → its bytes in base64. */
  function bytesOf(chosen) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).replace(/^.*?,/, ""));
      reader.onerror = () => reject(new Error("This file cannot be read. Has it been moved?"));
      reader.readAsDataURL(chosen);
    });
  }

  async function read() {
    const chosen = file.files[0];
    forget();
    if (!chosen) return line.tell(ADVICE);
    const mine = run;
    if (chosen.size > limits.bytes) return line.tell(`This file is too large. ${BOUNDS}`, true);
    line.tell("Reading the file …");
    try {
      const result = await call("read_file", { data: chosen.size ? await bytesOf(chosen) : "", name: chosen.name });
      if (mine === run) offer(result);
    } catch (error) {
      if (mine === run) line.tell(error.message, true);
    }
  }

  function offer(result) {
    table = result;
    header.checked = table.has_header;
    fillColumns(table.column);
    fillNotes(table.notes);
    go.disabled = false;
    show();
    preview();
  }

  /** Offers the columns to choose from, each with the first text in it. */
  function fillColumns(chosen) {
    const options = columns().map((name, i) => {
      const sample = body().find((row) => row[i]?.trim())?.[i].trim();
      return new Option(sample ? `${short(name, 30)}: ${short(sample, 30)}` : short(name, 30), String(i));
    });
    column.replaceChildren(...options);
    column.value = chosen;
  }

  function fillNotes(notes) {
    $(".notes").replaceChildren(...notes.map((one) => Object.assign(document.createElement("li"), { textContent: one })));
  }

  function preview() {
    const tweets = body();
    const first = tweets.find((row) => row[column.value]?.trim())?.[column.value] ?? "";
    const rows = tweets.length === 1 ? "1 row" : `${count(tweets.length)} rows`;
    line.tell(`${rows}. The first tweet: ${short(first) || "none in this column"}`);
    fillSample("The first rows", columns(), tweets.slice(0, SHOWN).map((row) => row.slice(0, table.width)), Number(column.value));
  }

  /** Shows a small table of texts. marked: the column to highlight. */
  function fillSample(caption, names, rows, marked = -1) {
    const row = (cells, kind) => {
      const item = document.createElement("tr");
      item.append(...cells.map((text, i) => {
        const cell = document.createElement(kind);
        cell.textContent = short(text);
        cell.classList.toggle("marked", i === marked);
        return cell;
      }));
      return item;
    };
    $(".sample caption").textContent = caption;
    $(".sample thead").replaceChildren(row(names, "th"));
    $(".sample tbody").replaceChildren(...rows.map((cells) => row(cells, "td")));
    $(".sample").hidden = !rows.length;
    const scrolls = $(".sample").scrollWidth > $(".sample").clientWidth;
    $(".sample").tabIndex = scrolls ? 0 : -1; // a box that scrolls must be reachable by keyboard
  }

  /** Drops everything that came from the file. */
  function forget() {
    run += 1;
    table = null;
    column.replaceChildren();
    fillNotes([]);
    $(".sample").hidden = true;
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

  /** Updates the buttons and the progress bar. */
  function show(running = false) {
    const isDone = table && done === body().length;
    stop.hidden = !running;
    go.hidden = running || isDone;
    go.textContent = done ? "Go on" : "Answer";
    take.hidden = paste.hidden = running || !done;
    number.disabled = header.disabled = running;
    $(".header").hidden = !table || table.rows.length < 2;
    column.disabled = running || !table || table.width < 2;
    bar.classList.toggle("none", !running && !done);
  }

  async function answer() {
    const mine = run += 1;
    const rows = body();
    const { width, delimiter } = table;
    const { hidden, popularity } = state.choice;
    const asked = { width, delimiter, column: Number(column.value), k: Number(number.value), hidden, popularity };
    show(true);
    stop.focus();
    try {
      if (!done) pieces = [await call("head_rows", { ...asked, rows: [columns()] })];
      while (mine === run && done < rows.length) {
        line.tell(`${count(done)} of ${count(rows.length)} …`);
        const piece = rows.slice(done, done + limits.piece);
        const result = await call("answer_rows", { ...asked, rows: piece });
        if (mine !== run) return;
        if (!done) showFirst(result.shown.slice(0, SHOWN));
        pieces.push(result);
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

  /** Shows the first tweets with their answers, while the others are being answered. */
  function showFirst(answers) {
    fillSample("The first answers", ["Tweet", "Emojis"], answers.map(({ tweet, emojis, problem }) => [tweet, problem || emojis.join(" ")]));
  }

  /** Ends a run that was stopped, failed or is done, and offers the result so far. */
  function finish(message, wrong) {
    if (take.href) URL.revokeObjectURL(take.href);
    const name = file.files[0].name.replace(/\.\w+$/, "");
    const [type, ending] = table.delimiter === "\t" ? ["text/tab-separated-values", "tsv"] : ["text/csv", "csv"];
    // The byte order mark makes Excel read the file as UTF-8.
    if (done) take.href = URL.createObjectURL(new Blob(["\ufeff", ...pieces.map((piece) => piece.file)], { type: `${type};charset=utf-8` }));
    take.download = `${name}-emojis.${ending}`;
    take.textContent = done === body().length ? "Download the table" : `Download the first ${count(done)}`;
    const isWatched = [stop, document.body].includes(document.activeElement); // else the focus stays elsewhere
    show();
    line.tell(message, wrong);
    if (isWatched) (take.hidden ? go : take).focus();
  }

  file.addEventListener("change", read);
  go.addEventListener("click", answer);
  stop.addEventListener("click", () => {
    run += 1;
    finish(`Stopped: ${count(done)} of ${count(body().length)} are done.`);
  });
  paste.addEventListener("click", () => {
    const text = pieces.map((piece) => piece.paste).join("");
    copyText(text, element).then(() => line.tell("The table is copied."), (error) => line.tell(error.message, true));
  });
  for (const select of [column, number, header]) {
    select.addEventListener("change", () => {
      if (!table) return;
      restart(); // the result begun does not fit these choices
      fillColumns(column.value);
      preview();
    });
  }

  number.append(...choices.map((k) => new Option(String(k), String(k))));
  number.value = Math.min(3, choices.at(-1));
  line.tell(ADVICE);
}
