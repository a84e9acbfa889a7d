// What is typed into a form with data-draft is kept on this device until it is saved.
import { say } from "./texts.js";

const PREFIX = "wx-draft:";
const KEEP_DAYS = 14;
const person = () => document.documentElement.dataset.person ?? "";
const keyOf = (form) => `${PREFIX}${person()}:${form.dataset.draft}`;
const skip = (field) =>
  !field.name || field.name === "csrfmiddlewaretoken" || ["password", "file", "submit", "button"].includes(field.type) || field.dataset.noDraft !== undefined;

function store(action) {
  try {
    return action(localStorage);
  } catch {
    return null; // full or refused: typing goes on without a draft
  }
}

function read(form) {
  const text = store((box) => box.getItem(keyOf(form)));
  return text ? JSON.parse(text) : null;
}

function show(form, at) {
  const place = form.querySelector("[data-draft-at]") ?? document.querySelector(`[data-draft-at="${form.id}"]`);
  if (!place) return;
  const time = new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  place.textContent = say("draft", { time });
}

function save(form) {
  const values = {};
  for (const field of form.elements) {
    if (skip(field)) continue;
    if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
    (values[field.name] ??= []).push(field.value);
  }
  const at = Date.now();
  store((box) => box.setItem(keyOf(form), JSON.stringify({ at, values })));
  show(form, at);
}

/** Drop the draft of `form`; called when the server says it is saved. */
export function forget(form) {
  clearTimeout(form.wxDraftTimer);
  store((box) => box.removeItem(keyOf(form)));
}

function restore(form) {
  // The server's own answer (a refused form) is newer than any draft.
  if (form.dataset.filled !== undefined || form.wxDraft) return;
  form.wxDraft = true;
  const draft = read(form);
  if (!draft) return;
  form.dispatchEvent(new CustomEvent("wx:restoring", { bubbles: true, detail: { ...draft.values } }));
  for (const field of form.elements) {
    if (skip(field)) continue;
    const values = draft.values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values?.includes(field.value) ?? false;
    else if (field.multiple && field.options) for (const option of field.options) option.selected = values?.includes(option.value);
    else if (values?.length) field.value = values.shift();
  }
  show(form, draft.at);
  form.dispatchEvent(new CustomEvent("wx:restored", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset?.draft) return;
  clearTimeout(form.wxDraftTimer);
  form.wxDraftTimer = setTimeout(() => save(form), 500);
});

// Saved, and on the way to another page: the next empty form must not begin with what stands in this one.
document.addEventListener("wx:saved", ({ detail, target }) => {
  const form = (detail.from ?? target).closest?.("form[data-draft]");
  if (form) forget(form);
});

// A page that posts and leaves: the next page of the same person decides (see `settle`).
document.addEventListener("submit", ({ target }) => {
  if (!target.dataset?.draft || target.hasAttribute("hx-post")) return;
  save(target);
  store(() => sessionStorage.setItem("wx-sent", keyOf(target)));
});

function settle() {
  const sent = store(() => sessionStorage.getItem("wx-sent"));
  if (!sent) return;
  store(() => sessionStorage.removeItem("wx-sent"));
  const stillThere = [...document.querySelectorAll("form[data-draft]")].some((form) => keyOf(form) === sent);
  if (!stillThere && document.documentElement.dataset.person) store((box) => box.removeItem(sent));
}

function clearOld() {
  const limit = Date.now() - KEEP_DAYS * 86400000;
  store((box) => {
    for (const key of Object.keys(box)) {
      if (key.startsWith(PREFIX) && (JSON.parse(box.getItem(key)).at ?? 0) < limit) box.removeItem(key);
    }
  });
}

export function start(root = document) {
  root.querySelectorAll?.("form[data-draft]").forEach(restore);
}
settle();
clearOld();
start();
document.addEventListener("htmx:load", ({ target }) => {
  start(target.parentElement ?? document);
});
