// The side panel: a link with data-panel opens its page as a fragment beside the list.
import { takesFocus } from "./asking.js";
import { htmx } from "./http.js";
import { toast } from "./toast.js";
import { forget } from "./drafts.js";

const panel = () => document.getElementById("wx-panel");
const content = () => document.getElementById("wx-panel-content");
let opener = null;
// The latest question; an answer to an older one opens nothing any more.
let asked = null;
// After so long one sees that something is coming.
const PATIENCE = 300;

/** Fetch `url` into the panel and show it. `from` is the line that stays marked meanwhile. */
export function openPanel(url, from = null) {
  const box = panel();
  if (!box) {
    location.assign(url);
    return;
  }
  mark(from?.closest("[data-row]"));
  opener = from;
  const mine = (asked = {});
  const slow = setTimeout(() => mine === asked && !box.open && showComing(box), PATIENCE);
  takesFocus(htmx.ajax("GET", url, { source: content(), target: content(), swap: "innerHTML" }))
    .catch(() => {})
    .then(() => {
      clearTimeout(slow);
      if (mine !== asked) return;
      asked = null;
      if (content().querySelector("[data-coming]")) closePanel();
      if (!content().childElementCount || content().querySelector("[data-coming]")) return;
      if (!box.open) box.showModal();
      // With a keyboard one types at once; on glass the keyboard would cover what the panel says first.
      const typed = matchMedia("(pointer: fine)").matches ? box.querySelector("[autofocus]") : null;
      const first = typed ?? box.querySelector(".offcanvas-body input:not([type=hidden]), .offcanvas-body textarea");
      (first ?? box.querySelector("[data-close]"))?.focus();
    });
}

/** The empty panel: its content is on the way. */
function showComing(box) {
  content().replaceChildren(document.getElementById("wx-panel-coming").content.cloneNode(true));
  box.showModal();
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
    // A form of this page goes along: what was chosen in the list.
    const form = link.dataset.panelWith && document.querySelector(link.dataset.panelWith);
    if (form) {
      const sent = new URLSearchParams(new FormData(form));
      sent.delete("csrfmiddlewaretoken");
      openPanel(`${link.dataset.panel || link.getAttribute("href")}?${sent}`, link);
      return;
    }
    openPanel(link.dataset.panel || link.getAttribute("href"), link);
    return;
  }
  // A link that opens a page of its own (log in again) leaves its dialog behind it.
  event.target.closest?.("[data-close-after]")?.closest("dialog")?.close();
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
    asked = null;
    htmx.trigger(content(), "htmx:abort");
    content().replaceChildren();
    target.classList.remove("wide");
    mark(null);
    const back = opener?.isConnected ? opener : document.querySelector("[data-row].cur [data-open]");
    opener = null;
    back?.focus({ preventScroll: true });
  },
  true,
);

// The server's word that something is saved: close, say so, offer to take it back. What was saved from elsewhere while
// somebody types in the panel leaves the panel alone.
document.addEventListener("wx:done", ({ detail, target }) => {
  const from = detail.from ?? target;
  const here = Boolean(panel()?.contains(from));
  const form = from.closest?.("form[data-draft]") ?? (here ? panel().querySelector("form[data-draft]") : null);
  if (form) forget(form);
  if (here) closePanel();
  toast({ text: detail.text, undo: detail.undo, kind: detail.kind ?? "done", href: detail.href, link: detail.link });
});
