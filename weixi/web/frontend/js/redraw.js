// Parts of a page that draw themselves anew (hx-trigger="wx:… from:body", "every 1s"): never under the hand. A button
// that is being pressed, a card on its way and a field being filled in stay until they are let go.
import { htmx } from "./http.js";

let pressed = null;
// What was not drawn: the element and how it is asked for again.
const held = new Map();

const areas = (element) => {
  const beside = (element.getAttribute("hx-select-oob") ?? "").split(",").filter(Boolean);
  return [element, ...beside.map((name) => document.querySelector(name.trim())).filter(Boolean)];
};
const inHand = (element) =>
  areas(element).some((area) => (pressed && area.contains(pressed)) || area.querySelector(".wx-inline-form"));

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, target, requestConfig, serverResponse } = detail;
  if (elt !== target || !elt.hasAttribute("hx-trigger") || requestConfig.verb !== "get" || !inHand(elt)) return;
  detail.shouldSwap = false;
  const kind = requestConfig.triggeringEvent?.type;
  // Who looks from time to time looks again anyway.
  if (kind === "hx:poll:trigger") return;
  held.set(elt, kind?.startsWith("wx:") ? () => htmx.trigger(document.body, kind) : () => draw(elt, serverResponse));
});

function draw(element, answer) {
  const style = (element.getAttribute("hx-swap") ?? "innerHTML").split(" ")[0];
  const select = element.getAttribute("hx-select");
  htmx.swap(element, answer, { swapStyle: style, swapDelay: 0, settleDelay: 0 }, { select, contextElement: element });
}

function later() {
  for (const [element, again] of held) {
    if (element.isConnected && inHand(element)) continue;
    held.delete(element);
    if (element.isConnected) again();
  }
}
// After the click that the release makes.
const soon = () => setTimeout(later);
function letGo() {
  pressed = null;
  soon();
}
document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);
for (const kind of ["pointerup", "dragend", "contextmenu"]) document.addEventListener(kind, letGo, true);
// The browser takes the pointer away when a drag begins; that ends with `dragend`.
let dragging = false;
document.addEventListener("dragstart", () => (dragging = true), true);
document.addEventListener("dragend", () => (dragging = false), true);
document.addEventListener("pointercancel", () => dragging || letGo(), true);
document.addEventListener("htmx:afterSwap", soon);
