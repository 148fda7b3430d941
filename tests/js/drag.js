// What `python -m tests.drag` runs on a page, ours or one with plain Gradio wiring: it moves a slider as a visitor does, and
// observes when the picture follows.

window.drag = (() => {
  const canvas = () => document.querySelector(".frame canvas");
  const slider = () => document.querySelector("input#axis-1, #axis-1 input[type=range]");
  let turn = 0;

  function move() {
    turn += 1;
    slider().value = -2.5 + ((turn * 0.35) % 5); // never the same value twice in a row, since the picture would not change
    slider().dispatchEvent(new Event("input", { bubbles: true }));
  }

  const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

  /** Calls back for each new picture, on our canvas or in Gradio's Image component. */
  function watch(callback) {
    const observer = new MutationObserver(callback);
    if (canvas()) observer.observe(canvas(), { attributeFilter: ["data-shown"] });
    else observer.observe(document.querySelector("#picture"), { subtree: true, attributeFilter: ["src"] });
    return observer;
  }

  /** Resolves when the next picture is shown. */
  const picture = () => new Promise((resolve) => {
    const observer = watch(() => {
      observer.disconnect();
      resolve(performance.now());
    });
  });

  /** Milliseconds from the first touch until the browser has drawn a picture; the slider keeps moving meanwhile. */
  async function untilReady() {
    const began = performance.now();
    do {
      const drawn = picture();
      move();
      await drawn;
      await wait(20);
    } while (canvas().dataset.by !== "browser");
    return performance.now() - began;
  }

  /** Milliseconds from an event to its picture, `count` times, one after the other. */
  async function latencies(count) {
    const took = [];
    for (let i = 0; i < count; i += 1) {
      const drawn = picture();
      const began = performance.now();
      move();
      took.push(await drawn - began);
      await wait(10);
    }
    return took;
  }

  /** Moves the slider in every frame for so many seconds; returns the milliseconds between pictures. */
  async function frames(seconds) {
    const times = [];
    const observer = watch(() => times.push(performance.now()));
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      move();
      await new Promise(requestAnimationFrame);
    }
    observer.disconnect();
    return times.slice(1).map((time, i) => time - times[i]);
  }

  /** Moves the slider ten times a second for so many seconds; returns how many pictures there were. */
  async function steadily(seconds) {
    let pictures = 0;
    const observer = watch(() => { pictures += 1; });
    for (let i = 0; i < 10 * seconds; i += 1) {
      move();
      await wait(100);
    }
    observer.disconnect();
    return pictures;
  }

  return { untilReady, latencies, frames, steadily };
})();
