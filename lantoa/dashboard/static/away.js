// Says so while Lan tỏa itself does not answer: what was pressed did nothing, and can be pressed again.
(() => {
  const say = (away) => () => { document.getElementById("away").hidden = !away; };
  document.addEventListener("htmx:sendError", say(true));
  document.addEventListener("htmx:afterOnLoad", say(false));
})();
