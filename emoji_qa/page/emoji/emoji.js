// The emoji half put together: what the visitor and the rest of the page may ask of it. The last thing done always wins.

function load(emoji) {
  close();
  update(begin(), () => ask("load_emoji", emoji));
}

document.addEventListener("emoji-qa:load", (event) => load(event.detail));
document.addEventListener("emoji-qa:go", ({ detail: { sliders, caption } }) => {
  sliders.forEach((value, i) => set(i, value));
  redraw(caption);
});
document.addEventListener("emoji-qa:say", ({ detail }) => tell(note, detail, true));
document.addEventListener("emoji-qa:where", () => tellWhere(shown === issued));
for (const touch of ["pointerdown", "focusin", "input"]) element.addEventListener(touch, local.wake, { once: true });

show(0, receive(start), start.name);
clearTimeout(resting); // what is around it came with the page
remember({ sliders: [...values], ...place });
showAround(props.around, false);
showEnds(props.ends);
new ResizeObserver(redrawPicture).observe(canvas);
