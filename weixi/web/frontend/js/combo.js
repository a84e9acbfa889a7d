// The picker: an input asks the server as one types; arrows, Enter and the mouse choose.
// <div class="wx-combo" data-combo data-source="/customers/pick/">
//   <input role="combobox" …><input type="hidden" name="customer"><ul class="wx-combo-list" role="listbox"></ul></div>
const WAIT = 140;

function parts(box) {
  return {
    input: box.querySelector("[role=combobox]"),
    value: box.querySelector("input[type=hidden]"),
    list: box.querySelector("[role=listbox]"),
  };
}
const options = (box) => [...box.querySelectorAll("[role=option]")];

function close(box) {
  const { input, list } = parts(box);
  clearTimeout(box.wxTimer);
  box.wxAsk?.abort();
  box.wxTyped = box.wxTake = false;
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(box, index) {
  const { input } = parts(box);
  options(box).forEach((option, place) => {
    option.setAttribute("aria-selected", String(place === index));
    if (place === index) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  });
}

async function ask(box) {
  const { input, list } = parts(box);
  const url = new URL(box.dataset.source, location.href);
  url.searchParams.set("q", input.value.trim());
  // data-with="#id_customer": the choice depends on another field (a contact on its customer)
  const other = box.dataset.with && document.querySelector(box.dataset.with);
  if (other) url.searchParams.set(other.name, other.value);
  box.wxAsk?.abort();
  box.wxAsk = new AbortController();
  const mine = box.wxAsk;
  let answer, text;
  try {
    answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: mine.signal });
    text = await answer.text();
  } catch {
    // A newer question replaced this one, or the network is away: typing goes on.
    if (mine === box.wxAsk) box.wxTyped = false;
    return;
  }
  box.wxTyped = false;
  if (!answer.ok || document.activeElement !== input) return;
  list.innerHTML = text;
  const all = options(box);
  all.forEach((option, place) => (option.id = `${list.id}-${place}`));
  input.setAttribute("aria-expanded", String(all.length > 0));
  if (all.length && box.wxTake) take(box, all[0]);
  else if (all.length) choose(box, 0);
  box.wxTake = false;
}

function take(box, option) {
  const { input, value } = parts(box);
  input.value = option.dataset.label ?? option.textContent.trim();
  value.value = option.dataset.value;
  input.dataset.chosen = input.value;
  close(box);
  value.dispatchEvent(new Event("change", { bubbles: true }));
  value.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  const box = target.closest?.("[data-combo]");
  if (!box || target.getAttribute("role") !== "combobox") return;
  const { value } = parts(box);
  if (value.value && target.value !== target.dataset.chosen) {
    value.value = "";
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }
  box.wxTyped = true;
  box.wxTake = false;
  clearTimeout(box.wxTimer);
  box.wxTimer = setTimeout(() => ask(box), WAIT);
});
document.addEventListener("focusin", ({ target }) => {
  const box = target.closest?.("[data-combo]");
  if (box && target.getAttribute("role") === "combobox" && !parts(box).value.value) ask(box);
});
document.addEventListener("focusout", ({ target }) => {
  const box = target.closest?.("[data-combo]");
  if (box) setTimeout(() => box.contains(document.activeElement) || close(box), 120);
});
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-combo]");
  if (!box) return;
  const all = options(box);
  // Enter right after typing means what was typed, not what is listed still: it waits for the answer.
  if (event.key === "Enter" && box.wxTyped && parts(box).input.value.trim() && !event.isComposing) {
    event.preventDefault();
    box.wxTake = true;
    return;
  }
  if (!all.length) return;
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(box, (at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
  } else if (event.key === "Enter" && at >= 0 && !event.isComposing) {
    event.preventDefault();
    take(box, all[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(box);
  }
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[data-combo] [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option.closest("[data-combo]"), option);
});
