// Runs before the first paint: a collapsed rail must not jump.
try {
  if (localStorage.getItem("wx-rail") === "narrow") document.documentElement.dataset.rail = "narrow";
} catch {
  // private windows may refuse storage; the rail is then wide
}
