// Quick look: space opens the line in the panel, the arrows move on to its neighbours, space or Esc closes.
import { closePanel, openPanel } from "./panel.js";

const listed = () => document.querySelector("[data-list]")?.dataset.list;

/** The address of a line's quick look, with the list it stands in. */
export function lookOf(row) {
  const link = row?.querySelector("[data-look]");
  if (!link) return "";
  const list = listed();
  const url = link.getAttribute("href");
  return list === undefined ? url : `${url}?list=${encodeURIComponent(list)}`;
}

export function look(row) {
  const url = lookOf(row);
  if (url) openPanel(url, row.querySelector("[data-open]"));
  return Boolean(url);
}

const shown = () => document.querySelector("dialog#wx-panel[open] [data-looking]");

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.querySelector("[data-look]"));
  const at = rows.findIndex((row) => row.classList.contains("active"));
  const row = rows[at + step];
  if (at < 0 || !row) return;
  document.querySelectorAll("[data-row].cur").forEach((line) => line.classList.remove("cur"));
  row.classList.add("cur");
  row.scrollIntoView({ block: "nearest" });
  look(row);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-look]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  event.stopPropagation();
  look(link.closest("[data-row]"));
}, true);

document.addEventListener("keydown", (event) => {
  if (!shown() || event.metaKey || event.ctrlKey || event.altKey) return;
  if (["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName)) return;
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step) {
    event.preventDefault();
    move(step);
  } else if (event.key === " " && event.target.tagName !== "BUTTON") {
    event.preventDefault();
    closePanel();
  }
});
