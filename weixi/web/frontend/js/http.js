// htmx: no eval, no injected styles, no page kept in storage; refusals become sentences, never silence.
import htmx from "htmx.org";
import { toast } from "./toast.js";
import { say } from "./texts.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  timeout: 60000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});
window.htmx = htmx;

export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// A new log-in in another tab changes the token; the cookie always has the present one.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = cookie("weixi_csrf");
  if (detail.verb !== "get" && detail.formData) detail.formData.delete("csrfmiddlewaretoken");
});
// A filter left empty does not belong into the address.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get" || detail.elt.dataset?.auto === undefined) return;
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});
document.addEventListener("submit", ({ target }) => {
  const field = target.querySelector?.("input[name=csrfmiddlewaretoken]");
  const token = cookie("weixi_csrf");
  if (field && token) field.value = token;
});

let waiting = 0;
const bar = document.querySelector(".wx-busy");
const busy = (step) => {
  waiting = Math.max(0, waiting + step);
  bar?.classList.toggle("on", waiting > 0);
};
document.addEventListener("htmx:beforeRequest", () => busy(1));
document.addEventListener("htmx:afterRequest", () => busy(-1));

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 401) {
    document.getElementById("wx-session-lost")?.showModal();
    return;
  }
  if ((xhr.getResponseHeader("HX-Trigger") ?? "").includes("wx:toast")) return;
  const key = xhr.status >= 500 ? "broken" : xhr.status === 404 ? "not_found" : "refused";
  toast({ text: say(key), kind: "warn" });
});
document.addEventListener("htmx:sendError", () => toast({ text: say("offline"), kind: "warn" }));
document.addEventListener("htmx:timeout", () => toast({ text: say("offline"), kind: "warn" }));

export { htmx };
