// A file that is dropped on a form with data-drop is chosen and sent; without scripts the file field does the same.
(() => {
  const forms = () => document.querySelectorAll("form[data-drop]");
  const show = () => forms().forEach((form) => form.querySelector("[data-drop-hint]")?.removeAttribute("hidden"));
  const over = (event) => event.target.closest?.("form[data-drop]");
  document.addEventListener("dragover", (event) => {
    const form = over(event);
    if (!form) return;
    event.preventDefault();
    form.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => over(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const form = over(event);
    if (!form) return;
    event.preventDefault();
    form.classList.remove("over");
    const field = form.querySelector("input[type=file]");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    if (form.dataset.drop !== "keep") form.requestSubmit();
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:afterSettle", show);
  if (document.readyState !== "loading") show();
})();
