// Selecting lines, the bulk bar, filters that apply themselves, menus that close.
const boxes = (scope) => [...scope.querySelectorAll("input[type=checkbox][data-pick]")];

function refresh(scope) {
  const all = boxes(scope);
  const picked = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("[data-row]")?.classList.toggle("sel", box.checked));
  const head = scope.querySelector("[data-pick-all]");
  if (head) {
    head.checked = all.length > 0 && picked.length === all.length;
    head.indeterminate = picked.length > 0 && picked.length < all.length;
  }
  const bar = scope.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = picked.length === 0;
  bar.querySelectorAll("[data-picked-count]").forEach((place) => (place.textContent = String(picked.length)));
  // what is done to two alone goes to its page with both
  bar.querySelectorAll("[data-of-two]").forEach((act) => {
    act.hidden = picked.length !== 2;
    act.href = `${act.dataset.ofTwo}?${picked.map((box) => `ids=${encodeURIComponent(box.value)}`).join("&")}`;
  });
  // "all that match" holds only while every line of the page is chosen
  const whole = bar.querySelector("[data-whole]");
  if (whole && picked.length !== all.length) whole.checked = false;
}

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest?.("input[data-pick]");
  if (box && event.shiftKey && last && last !== box) {
    const all = boxes(box.closest("[data-picking]"));
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) all.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
  }
  if (box) last = box;
  const clear = event.target.closest?.("[data-pick-none]");
  if (clear) {
    const scope = clear.closest("[data-picking]");
    boxes(scope).forEach((each) => (each.checked = false));
    refresh(scope);
  }
});
document.addEventListener("change", ({ target }) => {
  const scope = target.closest?.("[data-picking]");
  if (!scope) return;
  if (target.matches("[data-pick-all]")) boxes(scope).forEach((box) => (box.checked = target.checked));
  if (target.matches("[data-pick-all], [data-pick], [data-whole]")) refresh(scope);
});
document.addEventListener("htmx:load", () => document.querySelectorAll("[data-picking]").forEach(refresh));
document.querySelectorAll("[data-picking]").forEach(refresh);

// form[data-auto]: choices apply at once, typing after a breath
const BREATH = 280;
const isText = (field) => ["search", "text"].includes(field.type);
const autoForm = (field) => (field.form?.dataset?.auto === undefined ? null : field.form);
function apply(form, wait = 0) {
  clearTimeout(form.wxTimer);
  form.wxTimer = setTimeout(() => {
    form.wxTimer = null;
    form.requestSubmit();
  }, wait);
}
document.addEventListener("submit", ({ target }) => {
  clearTimeout(target.wxTimer);
  target.wxTimer = null;
});
document.addEventListener("change", ({ target }) => {
  const form = autoForm(target);
  if (form && !isText(target)) apply(form);
});
document.addEventListener("input", ({ target, isComposing }) => {
  const form = autoForm(target);
  // The letters of a word still being composed (pinyin) are no question yet.
  if (form && isText(target) && !isComposing) apply(form, BREATH);
});
document.addEventListener("compositionstart", ({ target }) => {
  const form = autoForm(target);
  if (!form) return;
  clearTimeout(form.wxTimer);
  form.wxTimer = "composing";
});
document.addEventListener("compositionend", ({ target }) => autoForm(target) && apply(autoForm(target), BREATH));
// An answer must not take away what is typed meanwhile; the newer question is about to be asked.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const forms = [...detail.target.querySelectorAll("form[data-auto]")];
  if (forms.some((form) => form.wxTimer)) detail.shouldSwap = false;
});

// details.wx-drop: one open at a time; outside click and Escape close it
document.addEventListener("click", ({ target }) => {
  document.querySelectorAll("details.wx-drop[open]").forEach((drop) => {
    if (!drop.contains(target) || target.closest("[data-shut]")) drop.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.wx-drop[open]").forEach((drop) => {
    drop.open = false;
    drop.querySelector("summary").focus();
  });
});

// [data-shows="#id"]: a choice that shows or hides a part of the form
function showParts(root) {
  root.querySelectorAll?.("[data-shown-by]").forEach((part) => {
    const [name, ...values] = part.dataset.shownBy.split(/[=|]/);
    const form = part.closest("form");
    const chosen = form && new FormData(form).getAll(name);
    part.hidden = !chosen?.some((value) => values.includes(value));
  });
}
document.addEventListener("change", ({ target }) => target.form && showParts(target.form));
document.addEventListener("wx:restored", ({ target }) => showParts(target));
document.addEventListener("htmx:load", () => showParts(document));
showParts(document);

// [data-ticks="name"]: writing in it chooses the radio that stands for it
document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.ticks) return;
  const choice = target.form?.querySelector(`input[name="${CSS.escape(target.dataset.ticks)}"][value="own"]`);
  if (choice) choice.checked = true;
});

// whole lines as targets on tables: a click on the row opens its [data-open] link
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label, summary, select, textarea, form.cell") || String(getSelection())) return;
  row.querySelector("[data-open]")?.click();
});
