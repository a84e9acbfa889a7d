// The few sentences scripts say, in the page's language: the server writes them as JSON.
const source = document.getElementById("wx-texts");
const texts = source ? JSON.parse(source.textContent) : {};

/** The sentence `key` with `{name}` filled in. */
export function say(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
