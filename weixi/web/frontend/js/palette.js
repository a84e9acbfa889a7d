// The palette (Ctrl/Cmd-K): the server answers with a grid of links and pins; keys walk it from the input.
import { cookie, htmx } from "./http.js";
import { openPanel } from "./panel.js";

const dialog = document.getElementById("wx-palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[data-results]");

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  // What was opened or pinned meanwhile belongs into the empty palette.
  if (!input.value.trim()) asked = null;
  ask();
}

let timer = null;
let asked = null;
let latest = null;
// The text whose hits stand there, and how Enter was pressed before they did.
let answered = null;
let entered = null;
function ask(place = 0) {
  clearTimeout(timer);
  const text = input.value.trim();
  if (text === asked) return;
  timer = setTimeout(
    () => {
      asked = text;
      const mine = (latest = {});
      const url = `${dialog.dataset.source}?q=${encodeURIComponent(text)}`;
      htmx.ajax("GET", url, { target: list, swap: "innerHTML", source: dialog }).then(
        () => {
          if (mine !== latest) return;
          answered = text;
          choose(place);
          if (entered) enter(entered);
        },
        () => mine === latest && (asked = entered = null),
      );
    },
    text && place === 0 ? 120 : 0,
  );
}

function enter(event) {
  // What is listed still answers what was typed before: the key waits for its own answer.
  entered = input.value.trim() === answered ? null : event;
  if (entered) return;
  const all = rows();
  const link = (all[chosen()] ?? all[0])?.querySelector("a");
  if (link && (event.ctrlKey || event.metaKey)) window.open(link.href, "_blank", "noopener");
  else link?.click();
}

const rows = () => [...list.querySelectorAll("[role=row]")];
const chosen = () => rows().findIndex((row) => row.getAttribute("aria-selected") === "true");

function choose(index) {
  const all = rows();
  const row = all[Math.min(index, all.length - 1)];
  all.forEach((each) => each.setAttribute("aria-selected", String(each === row)));
  if (row) {
    row.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", row.id);
  } else input.removeAttribute("aria-activedescendant");
}

// Reading a page never writes; that a thing was opened is told beside it, and may get lost.
function tell(item) {
  const address = dialog?.dataset.opened;
  if (!item || !address) return;
  const headers = { "X-CSRFToken": cookie("weixi_csrf"), "HX-Request": "true" };
  fetch(address, { method: "POST", keepalive: true, headers, body: new URLSearchParams({ item }) }).catch(() => {});
}

function pin(row) {
  const button = row?.querySelector(".wx-pin");
  if (!button) return;
  const place = rows().indexOf(row);
  const values = { [button.name]: button.value };
  // Asked by the input: a question of the dialog that comes meanwhile must not push it out.
  htmx.ajax("POST", button.form.action, { values, swap: "none", source: input }).then(() => {
    asked = null;
    ask(Math.max(0, place));
  }, () => {});
}

if (dialog) {
  input.addEventListener("input", () => {
    entered = null;
    ask();
  });
  dialog.addEventListener("close", () => (entered = null));
  input.addEventListener("keydown", (event) => {
    const all = rows();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose((chosen() + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      enter(event);
    } else if (event.code === "KeyP" && event.altKey) {
      event.preventDefault();
      pin(all[chosen()]);
    }
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=row]");
    if (event.target.closest(".wx-pin")) {
      event.preventDefault();
      pin(row);
      input.focus();
      return;
    }
    const link = event.target.closest("a");
    if (!link) return;
    tell(row?.dataset.item);
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    dialog.close();
    if (link.dataset.panel !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      openPanel(link.getAttribute("href"));
    }
  });
}
tell(document.querySelector("[data-seen]")?.dataset.seen);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-palette]")) {
    event.preventDefault();
    openPalette();
  }
});
