// Keys for people who live in the product: see the list that "?" opens.
import { focusIsComing } from "./asking.js";
import { closePanel, openPanel } from "./panel.js";
import { openPalette } from "./palette.js";
import { sideways } from "./board.js";
import { chooseCell, editLine } from "./cells.js";
import { look } from "./look.js";
import { go as through } from "./through.js";
import { undoLatest } from "./toast.js";

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const current = () => document.querySelector("[data-row].cur");

function go(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
  all.forEach((line) => line.classList.toggle("cur", line === row));
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("[data-open], a")?.focus({ preventScroll: true });
}

function submitNearest() {
  const dialog = document.querySelector("dialog[open]");
  const form = document.activeElement?.form ?? (dialog ?? document).querySelector("form[data-main], form[data-draft]");
  if (!form || form.method === "get") return false;
  form.requestSubmit(form.querySelector(".btn-primary") ?? undefined);
  return true;
}

const typing = (target) =>
  target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) && !["checkbox", "radio"].includes(target.type);

// Arrows belong to the page until a line is chosen.
const onLine = () => current() !== null && current().querySelector("[data-look]") !== null;
const aside = (step, event) => onLine() && (sideways(current(), step, event.shiftKey) || chooseCell(current(), step));
const edit = () => {
  const row = current();
  (row?.querySelector("[data-edit], [data-edit-page]") ?? document.querySelector("[data-edit-page]"))?.click();
};

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => (current()?.querySelector("input[type=checkbox]")?.click(), true),
  e: () => editLine(current()) || edit(),
  m: () => current()?.querySelector("[data-mover]")?.click(),
  " ": () => look(current()),
  "[": () => through("previous"),
  "]": () => through("next"),
  u: () => through("back"),
  ArrowDown: () => onLine() && (go(1), true),
  ArrowUp: () => onLine() && (go(-1), true),
  ArrowRight: (event) => aside(1, event),
  ArrowLeft: (event) => aside(-1, event),
  c: () => document.querySelector("[data-record]")?.click(),
  z: () => undoLatest(),
  n: () => document.querySelector("[data-new]")?.click(),
  "/": () => (document.querySelector("[data-find]") ? document.querySelector("[data-find]").focus() : openPalette()),
  "?": () => document.getElementById("wx-keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const command = event.metaKey || event.ctrlKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (command && event.key.toLowerCase() === "s") {
    if (submitNearest()) event.preventDefault();
    return;
  }
  if (command || event.altKey || event.isComposing || typing(event.target)) return;
  if (document.querySelector("dialog[open]") || focusIsComing()) return;
  if (event.key === "Enter") {
    const lone = document.querySelector("[data-enter]");
    if (lone && !current() && document.activeElement === document.body) lone.click();
    return;
  }
  // A box or a button keeps its own keys.
  if (event.key === " " && event.target.closest("button, input, summary, [role=button]")) return;
  const act = keys[event.key];
  // What has nothing to act on leaves the key to the browser.
  if (act && act(event) !== false) event.preventDefault();
});

export { closePanel, openPanel };
