// Short sentences at the foot of the window, with undo where there is something to undo.
import { say } from "./texts.js";

const MILLISECONDS = 8000;
let latestUndo = null;

function icon(name) {
  const sprite = document.documentElement.dataset.icons;
  return `<svg class="wx-i" aria-hidden="true"><use href="${sprite}#i-${name}"/></svg>`;
}

/** Show `text`; `undo` is the address that takes it back, `kind` is `done`, `info` or `warn`. */
export function toast({ text, undo = null, kind = "done", href = null, link = "" }) {
  const region = document.getElementById("wx-toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.setAttribute("role", kind === "warn" ? "alert" : "status");
  box.innerHTML = icon({ done: "check", info: "info", warn: "warn" }[kind] ?? "info");
  box.firstElementChild.classList.add({ done: "wx-green", warn: "wx-amber" }[kind] ?? "wx-q");
  const words = document.createElement("span");
  words.textContent = text;
  const end = document.createElement("span");
  end.className = "end";
  box.append(words, end);
  if (href) {
    const more = document.createElement("a");
    more.className = "wx-link";
    more.href = href;
    more.textContent = link || say("look");
    end.append(more);
  }
  let take = null;
  if (undo) {
    const button = document.createElement("button");
    button.className = "wx-link";
    button.type = "button";
    button.textContent = `${say("undo")} `;
    const key = document.createElement("kbd");
    key.textContent = "Z";
    button.append(key);
    take = () => {
      button.disabled = true;
      // Asked by the button, so that no other question waits for it or pushes it out.
      window.htmx.ajax("POST", undo, { source: button, swap: "none" }).catch(() => {});
      leave();
    };
    button.addEventListener("click", take);
    latestUndo = take;
    end.append(button);
  }
  const leave = () => {
    // A younger one's offer stays.
    if (take && latestUndo === take) latestUndo = null;
    box.classList.add("leaving");
    setTimeout(() => {
      box.remove();
      if (!region.childElementCount) region.hidePopover?.();
    }, 240);
  };
  region.append(box);
  // The top layer, so that an open dialog does not cover it.
  if (region.showPopover) {
    if (region.matches(":popover-open")) region.hidePopover();
    region.showPopover();
  }
  let timer = setTimeout(leave, MILLISECONDS);
  box.addEventListener("mouseenter", () => clearTimeout(timer));
  box.addEventListener("mouseleave", () => (timer = setTimeout(leave, MILLISECONDS / 2)));
}

/** Take back the latest thing that offers it; false when there is none. */
export function undoLatest() {
  if (!latestUndo) return false;
  latestUndo();
  return true;
}

document.addEventListener("wx:toast", ({ detail }) => toast(detail));

// What the server said on the way to this page.
document.querySelectorAll("[data-message]").forEach((note) => {
  toast({ text: note.textContent.trim(), kind: note.dataset.message, undo: note.dataset.undo || null });
  note.remove();
});
