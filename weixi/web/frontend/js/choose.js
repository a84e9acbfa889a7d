// A field for one file: what was chosen stands in it by name and size, and dropping is shown as possible.
// Without scripts the browser's own control stands there instead (see import.css).

const UNITS = ["B", "kB", "MB", "GB"];

function sized(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  const value = bytes / 1024 ** power;
  return `${power && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

function show(place) {
  const file = place.querySelector("input[type=file]").files[0];
  place.classList.toggle("chosen", Boolean(file));
  place.querySelector("[data-chosen-name]").textContent = file?.name ?? "";
  place.querySelector("[data-chosen-size]").textContent = file ? sized(file.size) : "";
}

document.addEventListener("change", ({ target }) => {
  const place = target.closest?.(".wx-drop-file");
  if (place) show(place);
});
// A page that comes back from the browser's memory still has its file.
window.addEventListener("pageshow", () => document.querySelectorAll(".wx-drop-file").forEach(show));
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target.closest?.(".wx-drop-file");
    // The field covers its whole place and takes what is dropped by itself.
    if (place) place.classList.toggle("over", kind === "dragover");
  });
}
