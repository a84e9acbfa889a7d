// The shell's own switches: rail, theme and density, copy, small dialogs.
const page = document.documentElement;

document.addEventListener("click", async (event) => {
  const target = event.target;
  if (target.closest?.("[data-rail-switch]")) {
    const narrow = page.dataset.rail !== "narrow";
    if (narrow) page.dataset.rail = "narrow";
    else delete page.dataset.rail;
    try {
      localStorage.setItem("wx-rail", narrow ? "narrow" : "wide");
    } catch {
      // not remembered in a private window
    }
  }
  const opener = target.closest?.("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  const copy = target.closest?.("[data-copy]");
  if (copy && navigator.clipboard) {
    const source = document.querySelector(copy.dataset.copy);
    await navigator.clipboard.writeText(source?.textContent.trim() ?? "");
    copy.querySelector("[data-copied]")?.removeAttribute("hidden");
  }
  const fill = target.closest?.("[data-fill]");
  if (fill) {
    const form = document.querySelector(fill.dataset.form);
    for (const [name, value] of Object.entries(JSON.parse(fill.dataset.fill))) form.elements[name].value = value;
    form.requestSubmit();
  }
  if (target.closest?.("[data-print]")) window.print();
});

document.addEventListener("wx:preferences", ({ detail }) => {
  page.dataset.theme = detail.theme;
  page.dataset.density = detail.density;
  for (const name of ["theme", "density"]) {
    document.querySelectorAll(`.wx-seg > button[name=${name}]`).forEach((button) => {
      const on = button.value === detail[name];
      button.classList.toggle("on", on);
      button.setAttribute("aria-pressed", String(on));
    });
  }
});
document.addEventListener("wx:reload", () => location.reload());

// The tab one is on is in sight, also where tabs run beyond a phone's width.
document.addEventListener("htmx:load", () => {
  document.querySelectorAll(".nav-tabs").forEach((tabs) => {
    const active = tabs.querySelector(".active");
    if (active && tabs.scrollWidth > tabs.clientWidth) {
      tabs.scrollLeft += active.getBoundingClientRect().right - tabs.getBoundingClientRect().right + 32;
    }
  });
});

// A wheel turned over tabs that run on moves them, as far as they go; then the page.
document.addEventListener(
  "wheel",
  (event) => {
    const tabs = event.target.closest?.(".nav-tabs");
    if (!tabs || event.deltaX || event.shiftKey || event.ctrlKey) return;
    const before = tabs.scrollLeft;
    tabs.scrollLeft += event.deltaY;
    if (tabs.scrollLeft !== before) event.preventDefault();
  },
  { passive: false },
);

// ⌘ on a Mac, Ctrl elsewhere
if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  document.querySelectorAll("[data-mac]").forEach((cap) => (cap.textContent = cap.dataset.mac));
}
