// Lists whose lines can be dragged: [data-sortable]; the places typed in [data-place] follow.
let dragged = null;
const line = (event) => event.target.closest?.("[data-sortable] > [draggable]");
document.addEventListener("dragstart", (event) => {
  dragged = line(event) ?? null;
  dragged?.classList.add("drag");
});
document.addEventListener("dragover", (event) => {
  const over = line(event);
  if (!dragged || !over || over === dragged || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over.parentElement.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
});
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("drag");
  [...dragged.parentElement.querySelectorAll("[data-place]")].forEach((place, at) => (place.value = String(at + 1)));
  dragged = null;
});
