// A picture that is chosen, dropped, pasted or drawn → its code, and the picture that the model decodes from it.

import { send } from "../../browser/events.js";
import { statusLine } from "../../browser/status.js";
import { state } from "../../browser/store.js";
import { picturesAnywhere } from "./anywhere.js";
import { drawingBoard } from "./drawing_board.js";

function near(psnr) {
  if (psnr >= 24) return "very near";
  if (psnr >= 18) return "near";
  return psnr >= 14 ? "recognisable at best" : "far off: the model has seen nothing like it";
}

/** @param {import("../../browser/panel.js").Panel} panel */
export function mount(panel) {
  const { $, call, element, props } = panel;
  const line = statusLine($(".note"));
  const board = drawingBoard(panel);
  let asked = 0;
  let brought = null; // {sliders, picture} of the last picture that was encoded

  async function take(blob, caption) {
    asked += 1;
    const mine = asked;
    try {
      if (blob.size > props.most) throw new Error(`This picture is too large: ${props.most / 1e6} MB are the most.`);
      line.tell("Looking …");
      send("say", "");
      const uri = await new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.onerror = () => reject(new Error("This file cannot be read."));
        reader.readAsDataURL(blob);
      });
      const result = await call("encode_picture", uri.slice(uri.indexOf(",") + 1));
      if (mine !== asked) return;
      $(".seen").src = result.seen;
      $(".made").src = result.made;
      brought = { sliders: result.sliders, picture: result.seen };
      $(".candidate button").disabled = false;
      line.tell(`${result.psnr} dB: ${near(result.psnr)}.`);
      send("go", { sliders: result.sliders, caption, late: true });
    } catch (error) {
      if (mine === asked) line.tell(error.message, true);
    }
  }

  $(".use").addEventListener("click", () => board.toBlob((blob) => take(blob, "Your drawing")));
  $(".picture-file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file) take(file, "Your picture");
    target.value = "";
  });

  const hint = $(".drop-hint");
  element.closest("main")?.append(hint); // there it is visible whatever tab is chosen
  picturesAnywhere(hint, (file) => {
    send("tab", "from-picture");
    take(file, "Your picture");
  }, (message) => send("say", message));

  $(".candidate").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!brought) return;
    const keywords = $(".keywords").value.split(",").map((word) => word.trim()).filter(Boolean).slice(0, 20);
    const name = $(".candidate .name").value.trim();
    const { yours } = state;
    send("candidate", { ...brought, name, keywords });
    if (state.yours === yours) line.tell("It is not ranked: beside the answers stands why.", true);
    else line.tell("It is ranked among the answers until you leave.");
  });
}
