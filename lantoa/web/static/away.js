// Says so while Lan tỏa itself does not answer: what was pressed did nothing, and can be pressed again.
(() => {
  const said = document.createElement("p");
  said.className = "away warning";
  said.setAttribute("role", "alert");
  document.addEventListener("htmx:sendError", () => {
    said.textContent = document.body.dataset.away;
    document.body.append(said);
  });
  document.addEventListener("htmx:afterOnLoad", () => said.remove());
})();
