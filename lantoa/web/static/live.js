// A page that shows figures is fetched anew when the server's mark is another than the page's own (`data-live`).
(() => {
  const AGAIN_MS = 5000;
  const LEAST_MS = 1000;
  let source = null;
  let told = 0;
  const page = () => document.querySelector("[data-live]");
  const mark = () => Number(page()?.dataset.live);
  const refresh = () => htmx.trigger(document.body, "tallies");
  const open = () => {
    const opened = new EventSource("/events");
    opened.addEventListener("tallies", (event) => {
      told = Number(event.data);
      if (mark() !== told) refresh();
    });
    opened.addEventListener("error", () => {
      if (opened.readyState !== EventSource.CLOSED || opened !== source) return;
      source = null; // refused, which no browser tries again
      setTimeout(look, AGAIN_MS);
    });
    source = opened;
  };
  const look = () => {
    if (page() && !source) {
      open();
    } else if (!page() && source) {
      source.close();
      source = null;
    } else if (mark() < told) {
      setTimeout(() => mark() < told && refresh(), LEAST_MS); // told while this page was being made
    }
  };
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSettle", look);
})();
