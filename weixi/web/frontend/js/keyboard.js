// Keys for people who live in the product: see the list that "?" opens.
import { closePanel, openPanel } from "./panel.js";
import { openPalette } from "./palette.js";
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

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => (current()?.querySelector("input[type=checkbox]")?.click(), true),
  e: () => (current()?.querySelector("[data-edit]") ?? document.querySelector("[data-edit-page]"))?.click(),
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
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter") {
    const lone = document.querySelector("[data-enter]");
    if (lone && !current() && document.activeElement === document.body) lone.click();
    return;
  }
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

export { closePanel, openPanel };
