// Files: dropped on the field, shown by name, and how far the upload is. Without scripts the form works as it is.
const formOf = (element) => element?.closest?.("[data-upload]");

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const bar = formOf(target)?.querySelector("progress");
  if (!bar || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = Math.round((100 * detail.loaded) / detail.total);
});
document.addEventListener("change", ({ target }) => {
  const form = formOf(target);
  if (form && target.type === "file" && target.files.length) form.requestSubmit();
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target);
    if (!form) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    const input = form.querySelector("input[type=file]");
    if (kind === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
}
