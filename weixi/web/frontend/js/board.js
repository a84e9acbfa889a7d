// The board: a card dropped on another column, or moved with Shift and an arrow, asks the server for the change.
import { htmx } from "./http.js";
import { openPanel } from "./panel.js";

let dragged = null;
const lane = (event) => event.target.closest?.("[data-lane][data-takes]");
const clear = () => document.querySelectorAll("[data-lane].over").forEach((each) => each.classList.remove("over"));

/** Ask for the change that puts this card into that column: at once for a stage, by its form for a grade. */
function move(card, to) {
  const board = card.closest("[data-board]");
  if (card.closest("[data-lane]") === to) return;
  const url = board.dataset.move;
  if (!url) {
    const form = card.querySelector("[data-mover]")?.getAttribute("href");
    if (form) openPanel(`${form}?grade=${encodeURIComponent(to.dataset.lane)}`, card.querySelector("[data-open]"));
    return;
  }
  const values = { pick: card.dataset.card, lifecycle: to.dataset.lane, query: document.querySelector("[data-list]").dataset.list };
  to.querySelector("[data-cards]").prepend(card);
  card.classList.add("moving");
  // A refusal leaves the card where it was: the board is drawn anew either way.
  const again = () => htmx.trigger(document.body, "wx:customers");
  htmx.ajax("POST", url, { values, source: card, swap: "none" }).catch(again);
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card][draggable]") ?? null;
  if (!dragged) return;
  dragged.classList.add("drag");
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const over = dragged && lane(event);
  clear();
  if (!over) return;
  event.preventDefault();
  over.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const to = dragged && lane(event);
  if (!to) return;
  event.preventDefault();
  move(dragged, to);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("drag");
  dragged = null;
  clear();
});

/** Move the focus (or with `carry` the card itself) to the neighbouring column; false outside a board. */
export function sideways(card, step, carry) {
  if (!card?.matches?.("[data-card]")) return false;
  const lanes = [...card.closest("[data-board]").querySelectorAll("[data-lane]")];
  const to = lanes[lanes.indexOf(card.closest("[data-lane]")) + step];
  if (!to) return true;
  if (carry) {
    if (to.matches("[data-takes]") && card.draggable) move(card, to);
    return true;
  }
  const next = to.querySelector("[data-card]");
  if (next) {
    document.querySelectorAll("[data-row].cur").forEach((each) => each.classList.remove("cur"));
    next.classList.add("cur");
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    next.querySelector("[data-open]").focus({ preventScroll: true });
  }
  return true;
}
document.addEventListener("htmx:responseError", () => document.querySelector(".wx-ccard.moving") && htmx.trigger(document.body, "wx:customers"));
