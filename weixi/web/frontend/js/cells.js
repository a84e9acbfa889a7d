// Cells of the list edited where they stand: a pencil on hover, E on the line, arrows choose the cell.
import { takesFocus } from "./asking.js";
import { htmx } from "./http.js";
import { say } from "./texts.js";

const base = () => document.querySelector("[data-cells]")?.dataset.cells;
const cellsOf = (row) => [...row.querySelectorAll("td[data-cell]")].filter((cell) => cell.offsetParent !== null);

function edit(cell) {
  const row = cell.closest("[data-row]");
  const pk = row?.querySelector("[data-pick]")?.value;
  if (!pk || cell.querySelector("form")) return;
  pencil.remove();
  const url = base().replace("/0/", `/${pk}/`).replace(/x\/$/, `${cell.dataset.cell}/`);
  takesFocus(htmx.ajax("GET", url, { source: cell, target: cell, swap: "innerHTML" })).catch(() => {});
}

/** Edit the chosen cell of a line, or its first; false when it has none. */
export function editLine(row) {
  const cell = row?.querySelector("td[data-cell].at") ?? (row && base() ? cellsOf(row)[0] : null);
  if (!cell) return false;
  edit(cell);
  return true;
}

/** Choose the cell to the right (1) or left (-1) of the chosen one. */
export function chooseCell(row, step) {
  const all = row ? cellsOf(row) : [];
  if (!all.length) return false;
  const at = all.findIndex((cell) => cell.classList.contains("at"));
  document.querySelectorAll("td.at").forEach((cell) => cell.classList.remove("at"));
  all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step))].classList.add("at");
  return true;
}

// One pencil for the whole list: it goes where the pointer is.
const pencil = document.createElement("button");
pencil.type = "button";
pencil.className = "wx-pencil";
pencil.tabIndex = -1;
pencil.addEventListener("click", (event) => {
  event.preventDefault();
  event.stopPropagation();
  const cell = pencil.closest("td[data-cell]");
  if (cell) edit(cell);
});
document.addEventListener("mouseover", ({ target }) => {
  const cell = target.closest?.("td[data-cell]");
  if (!cell || cell.contains(pencil) || cell.querySelector("form")) return;
  // The icon is that of the line's own acts: its file has a name only the server knows.
  const icon = pencil.firstChild ?? document.querySelector('svg:has(use[href$="#i-edit"])')?.cloneNode(true);
  if (icon) pencil.replaceChildren(icon);
  pencil.setAttribute("aria-label", say("edit_cell"));
  pencil.title = say("edit_cell");
  cell.append(pencil);
});
// A request that takes the cell's place must not take the pencil along.
document.addEventListener("htmx:beforeSwap", ({ target }) => target.contains?.(pencil) && pencil.remove());
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const cell = detail.elt;
  if (!cell?.matches?.("td[data-cell]")) return;
  const open = cell.querySelector("form") !== null;
  cell.classList.toggle("open", open);
  if (!open) cell.closest("[data-row]")?.querySelector("[data-open]")?.focus({ preventScroll: true });
});
