// htmx: no eval, no injected styles, no page kept in storage; what it sends carries the token against forgery.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  timeout: 60000,
  // What was swapped in works before any key can reach it.
  defaultSettleDelay: 0,
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
// What was not saved says why: the eye is taken there, wherever in a long form the button was.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.xhr?.status !== 422) return;
  const within = detail.target?.isConnected ? detail.target : document;
  const box = within.querySelector(".wx-errors") ?? within.querySelector(".wx-note.warn");
  if (!box) return;
  box.scrollIntoView({ block: "nearest" });
  box.focus({ preventScroll: true });
});
document.addEventListener("submit", ({ target }) => {
  const field = target.querySelector?.("input[name=csrfmiddlewaretoken]");
  const token = cookie("weixi_csrf");
  if (field && token) field.value = token;
});

export { htmx };
