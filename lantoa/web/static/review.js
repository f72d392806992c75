// Deciding by keys: J and K move from case to case and on to the next page, the others press what shows the same key in the current one.
(() => {
  const cases = () => [...document.querySelectorAll(".case")];
  const current = () => document.activeElement?.closest?.(".case");
  const go = (step) => {
    const all = cases();
    const at = all.indexOf(current());
    if (step > 0 && at === all.length - 1) document.querySelector('a[rel="next"]')?.click();
    all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") { go(key === "j" ? 1 : -1); event.preventDefault(); return; }
    const meant = (current() ?? document.querySelector("#decided-together"))?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (meant) { meant.click(); event.preventDefault(); }
  });
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target.closest?.(".case")?.focus());
})();
