// A long list to tick stands folded; its head says what is ticked.

document.addEventListener("change", ({ target }) => {
  const place = target.closest?.(".wx-picks");
  if (!place) return;
  const said = place.querySelector("[data-ticked]");
  const ticked = [...place.querySelectorAll("input:checked")].map((box) => box.nextElementSibling.textContent);
  said.textContent = ticked.join(said.dataset.comma) || said.dataset.ticked;
});
