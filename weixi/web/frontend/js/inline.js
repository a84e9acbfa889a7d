// Fields edited where they stand: the input has the focus, Esc leaves it, Enter saves (Ctrl/⌘-Enter in a long text).
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const form = detail.elt?.querySelector?.(".wx-inline-form") ?? (detail.elt?.matches?.(".wx-inline-form") ? detail.elt : null);
  const input = form?.querySelector("input:not([type=hidden]), select, textarea");
  if (!input) return;
  input.focus();
  if (input.select && !input.getAttribute("aria-invalid")) input.select();
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".wx-inline-form");
  if (!form) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-inline-cancel]")?.click();
  } else if (event.key === "Enter" && !event.isComposing) {
    const long = event.target.matches("textarea");
    if (event.target.matches("button") || (long && !(event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    form.requestSubmit();
  }
}, true);
