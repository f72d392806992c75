// A page that shows figures is fetched anew when the server says that they changed.
(() => {
  let source = null;
  const look = () => {
    const live = document.querySelector("[data-live]");
    if (live && !source) {
      source = new EventSource("/events");
      source.addEventListener("tallies", () => htmx.trigger(document.body, "tallies"));
    } else if (!live && source) {
      source.close();
      source = null;
    }
  };
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSettle", look);
})();
