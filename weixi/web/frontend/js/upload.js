// Files: chosen by the button or dropped on the field, sent at once, with their names and how far they are.
// Without scripts the form works as it is.
import { htmx } from "./http.js";

const formOf = (element) => element?.closest?.("[data-upload]");
const shown = (form) => form.querySelector("[data-upload-at]");

function begin(form, files) {
  const line = shown(form);
  if (line) {
    const names = [...files].map((file) => file.name);
    line.querySelector("[data-upload-names]").textContent = names.slice(0, 3).join("、") + (names.length > 3 ? ` … ${names.length}` : "");
    reach(line, 0);
    line.hidden = false;
  }
  form.classList.add("busy");
  form.requestSubmit();
}

function reach(line, percent) {
  line.querySelector("progress").value = percent;
  line.querySelector("[data-upload-done]").textContent = `${percent}%`;
}

function over(form) {
  form.classList.remove("busy");
  const line = shown(form);
  if (line) line.hidden = true;
  form.querySelector("input[type=file]").value = "";
}

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const form = formOf(target);
  if (form && detail.lengthComputable && shown(form)) reach(shown(form), Math.round((100 * detail.loaded) / detail.total));
});
for (const kind of ["htmx:afterRequest", "htmx:sendError", "htmx:sendAbort", "htmx:timeout"]) {
  document.addEventListener(kind, ({ target }) => {
    const form = target?.matches?.("[data-upload]") ? target : null;
    if (form?.isConnected) over(form);
  });
}
document.addEventListener("change", ({ target }) => {
  const form = formOf(target);
  if (form && target.type === "file" && target.files.length) begin(form, target.files);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-upload-stop]");
  if (button) htmx.trigger(formOf(button), "htmx:abort");
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target);
    if (!form || ![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    const input = form.querySelector("input[type=file]");
    if (kind === "drop" && event.dataTransfer.files.length && !form.classList.contains("busy")) {
      input.files = event.dataTransfer.files;
      begin(form, input.files);
    }
  });
}
