// Follow-ups are typed line by line: Enter goes to the next line, and there is always one more to write on.
import { htmx } from "./http.js";

const fields = (list) => [...list.querySelectorAll(".wx-fu-input")];

/** An empty line at the end, made from the last one. */
function another(list) {
  const line = list.lastElementChild.cloneNode(true);
  const field = line.querySelector(".wx-fu-input");
  field.value = "";
  field.removeAttribute("value");
  field.classList.remove("htmx-request");
  field.placeholder = list.dataset.again ?? "";
  line.querySelector(".read").replaceChildren();
  list.append(line);
  htmx.process(line);
}

function keepOneFree(list) {
  if (fields(list).at(-1).value.trim()) another(list);
}

document.addEventListener("input", ({ target }) => {
  const list = target.closest?.("[data-followups]");
  if (list) keepOneFree(list);
});

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-followups]");
  if (!list || event.isComposing || event.ctrlKey || event.metaKey) return;
  const all = fields(list);
  const at = all.indexOf(event.target);
  if (event.key === "Enter") {
    // What sends another form would send this one with half of it typed.
    event.preventDefault();
    if (event.target.value.trim()) (keepOneFree(list), fields(list)[at + 1]?.focus());
  } else if (event.key === "Backspace" && !event.target.value && at > 0) {
    event.preventDefault();
    if (at < all.length - 1) event.target.closest("li").remove();
    fields(list)[at - 1].focus();
  }
});

// A draft brings as many lines as were typed, and each is read back.
document.addEventListener("wx:restoring", ({ target, detail }) => {
  const list = target.querySelector("[data-followups]");
  const typed = detail.followup?.length ?? 0;
  while (list && fields(list).length < typed) another(list);
});
document.addEventListener("wx:restored", ({ target }) => {
  for (const field of target.querySelectorAll(".wx-fu-input")) {
    if (!field.value) continue;
    // The draft comes as soon as the first part of a panel stands; this one may not be alive yet.
    htmx.process(field);
    htmx.trigger(field, "wx:read");
  }
});
