// The side panel: a link with data-panel opens its page as a fragment beside the list.
import { htmx } from "./http.js";
import { toast } from "./toast.js";
import { forget } from "./drafts.js";

const panel = () => document.getElementById("wx-panel");
let opener = null;

/** Fetch `url` into the panel and show it. `from` is the line that stays marked meanwhile. */
export function openPanel(url, from = null) {
  const box = panel();
  if (!box) {
    location.assign(url);
    return;
  }
  mark(from?.closest("[data-row]"));
  opener = from;
  htmx.ajax("GET", url, { target: "#wx-panel-content", swap: "innerHTML" }).then(() => {
    if (!box.querySelector("#wx-panel-content").childElementCount) return;
    if (!box.open) box.showModal();
    const first = box.querySelector("[autofocus], .offcanvas-body input:not([type=hidden]), .offcanvas-body textarea");
    (first ?? box.querySelector("[data-close]"))?.focus();
  });
}

export function closePanel() {
  const box = panel();
  if (box?.open) box.close();
}

function mark(row) {
  document.querySelectorAll("[data-row].active").forEach((line) => line.classList.remove("active"));
  row?.classList.add("active");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-panel]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    openPanel(link.dataset.panel || link.getAttribute("href"), link);
    return;
  }
  if (event.target.closest?.("[data-close]")) {
    const dialog = event.target.closest("dialog");
    if (dialog) {
      event.preventDefault();
      dialog.close();
    }
    return;
  }
  // A click on the veil: the dialog itself is the target, its box does not hold the point.
  if (event.target instanceof HTMLDialogElement && event.target.dataset.light !== undefined) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

document.addEventListener(
  "close",
  ({ target }) => {
    if (target.id !== "wx-panel") return;
    target.querySelector("#wx-panel-content").replaceChildren();
    target.classList.remove("wide");
    mark(null);
    const back = opener?.isConnected ? opener : document.querySelector("[data-row].cur [data-open]");
    opener = null;
    back?.focus({ preventScroll: true });
  },
  true,
);

// The server's word that something is saved: close, say so, offer to take it back.
document.addEventListener("wx:done", ({ detail, target }) => {
  const form = target?.closest?.("form[data-draft]") ?? panel()?.querySelector("form[data-draft]");
  if (form) forget(form);
  if (detail.close !== false) closePanel();
  toast({ text: detail.text, undo: detail.undo, kind: detail.kind ?? "done", href: detail.href, link: detail.link });
});
