// Runs in the page. `frames()` tells the times between the frames that were drawn since it was asked last, milliseconds.
let times = [];
let last = performance.now();
requestAnimationFrame(function frame(now) {
  times.push(now - last);
  last = now;
  requestAnimationFrame(frame);
});
globalThis.frames = () => {
  const told = times;
  times = [];
  return told;
};
