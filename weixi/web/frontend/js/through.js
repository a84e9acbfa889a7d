// Working through a list: links that stay on this customer keep the list they belong to.
const names = ["list", "at"];

function carry(root) {
  if (!document.querySelector("[data-through]")) return;
  const present = new URLSearchParams(location.search);
  root.querySelectorAll?.("a[href]").forEach((link) => {
    if (link.closest("[data-through]") || link.dataset.panel !== undefined) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname || url.searchParams.has("list")) return;
    names.forEach((name) => present.has(name) && url.searchParams.set(name, present.get(name)));
    link.setAttribute("href", url.pathname + url.search + url.hash);
  });
}
carry(document);
document.addEventListener("htmx:load", ({ target }) => carry(target));

/** Follow the bar: `next`, `previous` or `back`; false without one. */
export function go(way) {
  const link = document.querySelector(`[data-through] a[data-way="${way}"]`);
  link?.click();
  return Boolean(link);
}
