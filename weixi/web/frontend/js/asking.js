// Questions on their way and answers that come late: the same rules for everything that asks by htmx, so that a
// slow server loses nothing. Templates need no `hx-sync`.
import { htmx } from "./http.js";
import { toast } from "./toast.js";
import { say } from "./texts.js";

// What an element has under way: the request of its latest read, and the text of what it is sending.
const reading = new WeakMap();
let sending = new WeakMap();

function textOf({ elt, path, etc }, event) {
  const form = elt instanceof HTMLFormElement ? elt : elt.form;
  const submitter = event?.submitter ?? elt;
  const typed = new URLSearchParams(form ? new FormData(form) : "");
  typed.delete("csrfmiddlewaretoken");
  return JSON.stringify([path, submitter.name, submitter.value, String(typed), etc?.values]);
}

// Asked before htmx looks at what is under way. By itself it would let the newer question wait for the older
// answer, and forget it when that answer takes the place of the element.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, verb, triggeringEvent } = event.detail;
  if (verb === "get") {
    const older = reading.get(elt);
    if (!older) return;
    // A look from time to time waits for the one before; any other question takes the place of the older one.
    if (triggeringEvent?.type === "hx:poll:trigger") event.preventDefault();
    else older.abort();
  } else if (sending.get(elt) === textOf(event.detail, triggeringEvent)) {
    // The key pressed twice: it is being saved already.
    event.preventDefault();
  }
});

let waiting = 0;
const bar = document.querySelector(".wx-busy");
const busy = (step) => {
  waiting += step;
  bar?.classList.toggle("on", waiting > 0);
};

document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr, etc, requestConfig } }) => {
  const { verb, path, triggeringEvent } = requestConfig;
  busy(1);
  if (verb === "get") reading.set(elt, xhr);
  else sending.set(elt, textOf({ elt, path, etc }, triggeringEvent));
  // Before htmx reads the answer: what it says of an element that has gone reaches nobody.
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.DONE && xhr.status && !elt.isConnected) tell(elt, xhr);
  });
  xhr.addEventListener("loadend", () => {
    busy(-1);
    if (reading.get(elt) === xhr) reading.delete(elt);
    // On its way to another page what was sent stays sent.
    if (verb !== "get" && !(xhr.readyState === XMLHttpRequest.DONE && xhr.getResponseHeader("HX-Redirect"))) sending.delete(elt);
  });
  for (const kind of ["error", "timeout"]) xhr.addEventListener(kind, () => toast({ text: say("offline"), kind: "warn" }));
});
window.addEventListener("pageshow", ({ persisted }) => persisted && (sending = new WeakMap()));

/** Say to the page what was meant for an element that was drawn anew meanwhile. */
function tell(elt, xhr) {
  const events = xhr.getResponseHeader("HX-Trigger");
  for (const [name, detail] of Object.entries(events ? JSON.parse(events) : {})) {
    htmx.trigger(document.body, name, { ...(detail === true ? {} : detail), from: elt });
  }
  if (xhr.status >= 400 && xhr.status !== 422) refused(xhr);
}

/** A refusal becomes a sentence, never silence. */
function refused(xhr) {
  if (xhr.status === 401) {
    document.getElementById("wx-session-lost")?.showModal();
    return;
  }
  if ((xhr.getResponseHeader("HX-Trigger") ?? "").includes("wx:toast")) return;
  const key = xhr.status >= 500 ? "broken" : xhr.status === 404 ? "not_found" : "refused";
  toast({ text: say(key), kind: "warn" });
}
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => refused(xhr));

// Forms of whole pages: a second click while the first is on its way sends nothing more.
const SECONDS = 3;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.wxSentAt && Date.now() - form.wxSentAt < SECONDS * 1000) event.preventDefault();
  else form.wxSentAt = Date.now();
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.wxSentAt));

// Answers that will take the focus (a panel, a cell's field): until then keys are meant for what comes.
let coming = 0;
export const focusIsComing = () => coming > 0;
export function takesFocus(answer) {
  coming += 1;
  return answer.finally(() => (coming -= 1));
}
