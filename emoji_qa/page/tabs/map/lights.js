// Marks the tweet's answers on the map: each gets a ring and a number, the best one on top.

const LIGHT = "#ffcc4d";
const DARK = "#2b1e00";

/** points: the answers' places in device pixels, best first. unit: the map's unit in device pixels. density: device pixels
 * per CSS pixel. */
export function drawLights(context, points, { unit, density, colours }) {
  const radius = Math.max(0.66 * unit, 8 * density);
  const badge = 7.5 * density;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `700 ${10 * density}px system-ui, sans-serif`;
  [...points.entries()].reverse().forEach(([i, [x, y]]) => {
    for (const [width, colour] of [[6, colours.paper], [3.5, LIGHT]]) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.lineWidth = width * density;
      context.strokeStyle = colour;
      context.stroke();
    }
    const [right, top] = [x + 0.72 * radius, y - 0.72 * radius];
    context.beginPath();
    context.arc(right, top, badge, 0, 2 * Math.PI);
    context.fillStyle = LIGHT;
    context.fill();
    context.fillStyle = DARK;
    context.fillText(String(i + 1), right, top + density / 2);
  });
}
