// Rings and "time left" words that count. The server has drawn them; this keeps them true.
import { say } from "./texts.js";

const HOUR = 3600000;
const DAY = 24 * HOUR;
const page = document.documentElement;
const ahead = page.dataset.now ? Date.parse(page.dataset.now) - Date.now() : 0;
const now = () => Date.now() + ahead;

/** Words for a span, as `weixi.web.moments.span_words` says them. */
export function words(milliseconds, daysOnlyFrom) {
  const minutes = Math.floor(Math.abs(milliseconds) / 60000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  if (days >= daysOnlyFrom || (days && !hours)) return say("days", { d: days });
  if (days) return say("days_hours", { d: days, h: hours });
  if (hours && !rest) return say("hours", { h: hours });
  if (hours) return say("hours_minutes", { h: hours, m: String(rest).padStart(2, "0") });
  return minutes ? say("minutes", { m: minutes }) : say("under_a_minute");
}

function stateOf(left, limit) {
  const whole = Math.min(DAY, limit > 0 ? limit : DAY);
  if (left < 0) return ["late", 0];
  if (left > whole) return ["rest", 1];
  const part = left / whole;
  return [part < 0.25 ? "soon" : part <= 0.5 ? "mid" : "open", part];
}

function drawRing(ring) {
  const due = Date.parse(ring.dataset.due);
  const [state, part] = stateOf(due - now(), due - Date.parse(ring.dataset.opened ?? ring.dataset.due));
  const arc = ring.querySelector(".a");
  if (arc) arc.setAttribute("stroke-dasharray", `${(part * 100).toFixed(1)} 100`);
  if (ring.dataset.state === state) return;
  ring.classList.remove(ring.dataset.state);
  ring.classList.add(state);
  ring.dataset.state = state;
}

function drawWords(place) {
  const left = Date.parse(place.dataset.left) - now();
  const text = left < 0 ? say("over", { t: words(left, 3) }) : say("left", { t: words(left, 2) });
  if (place.textContent !== text) place.textContent = text;
  const whole = Math.min(DAY, place.dataset.limit ? Number(place.dataset.limit) * 1000 : DAY);
  place.classList.toggle("wx-zhu", left < 0);
  place.classList.toggle("wx-amber", left >= 0 && left < whole / 4);
}

export function tick() {
  if (document.hidden) return;
  document.querySelectorAll("[data-ring]").forEach(drawRing);
  document.querySelectorAll("[data-left]").forEach(drawWords);
}
tick();
setInterval(tick, 15000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:load", tick);
