// The palette (Ctrl/Cmd-K): the server answers with a list of links; keys walk it.
import { htmx } from "./http.js";
import { openPanel } from "./panel.js";

const dialog = document.getElementById("wx-palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[data-results]");

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  ask();
}

let timer = null;
let asked = null;
function ask() {
  clearTimeout(timer);
  const text = input.value.trim();
  if (text === asked) return;
  timer = setTimeout(
    () => {
      asked = text;
      const url = `${dialog.dataset.source}?q=${encodeURIComponent(text)}`;
      htmx.ajax("GET", url, { target: list, swap: "innerHTML", source: dialog }).then(() => choose(0));
    },
    text ? 120 : 0,
  );
}

const items = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => items().findIndex((item) => item.getAttribute("aria-selected") === "true");

function choose(index) {
  const all = items();
  all.forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
  const item = all[index];
  if (item) {
    item.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", item.id);
  } else input.removeAttribute("aria-activedescendant");
}

if (dialog) {
  input.addEventListener("input", ask);
  input.addEventListener("keydown", (event) => {
    const all = items();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose((chosen() + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      (all[chosen()] ?? all[0])?.click();
    }
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    dialog.close();
    if (link.dataset.panel !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      openPanel(link.getAttribute("href"));
    }
  });
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-palette]")) {
    event.preventDefault();
    openPalette();
  }
});
