// The drawing board: strokes in a colour, and undo.

const COLOURS = { yellow: "#ffcc4d", red: "#dd2e44", orange: "#f4900c", green: "#77b255", blue: "#55acee", purple: "#9266cc", brown: "#c1694f",
  black: "#292f33", white: "#ffffff", eraser: "" };
const MAX_UNDONE = 20; // strokes that can be taken back

/** @param {import("../../browser/panel.js").Panel} panel @returns {HTMLCanvasElement} the canvas to draw on */
export function drawingBoard({ $ }) {
  const board = $(".board canvas");
  const pen = board.getContext("2d", { willReadFrequently: true });
  let colour = COLOURS.yellow;
  let strokes = []; // the board's pixels before each of the last strokes
  let drawing = null; // the pen's position while it is down

  for (const [name, value] of Object.entries(COLOURS)) {
    const button = document.createElement("button");
    button.type = "button";
    button.style.setProperty("--colour", value || "transparent");
    button.setAttribute("aria-label", name);
    button.title = name;
    button.setAttribute("aria-pressed", String(value === colour));
    button.addEventListener("click", () => {
      colour = value;
      for (const other of $(".colours").children) other.setAttribute("aria-pressed", other === button);
    });
    $(".colours").append(button);
  }

  function at(event) {
    const box = board.getBoundingClientRect();
    return [((event.clientX - box.left) * board.width) / box.width, ((event.clientY - box.top) * board.height) / box.height];
  }

  function stroke(to) {
    pen.globalCompositeOperation = colour ? "source-over" : "destination-out";
    pen.strokeStyle = colour || "#000";
    pen.lineWidth = Number($(".brush").value);
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...drawing);
    pen.lineTo(...to);
    pen.stroke();
    drawing = to;
  }

  board.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    board.setPointerCapture(event.pointerId);
    strokes = [...strokes, pen.getImageData(0, 0, board.width, board.height)].slice(-MAX_UNDONE);
    drawing = at(event);
    stroke(drawing);
  });
  board.addEventListener("pointermove", (event) => drawing && stroke(at(event)));
  for (const end of ["pointerup", "pointercancel"]) board.addEventListener(end, () => { drawing = null; });

  $(".back").addEventListener("click", () => {
    const before = strokes.pop();
    if (before) pen.putImageData(before, 0, 0);
  });
  $(".clear").addEventListener("click", () => {
    strokes = [...strokes, pen.getImageData(0, 0, board.width, board.height)].slice(-MAX_UNDONE);
    pen.clearRect(0, 0, board.width, board.height);
  });

  return board;
}
