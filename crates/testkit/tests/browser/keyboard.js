// What a person with a keyboard meets on this page: written down by the page itself while the keys are pressed.
const visible = (at) => at.checkVisibility({ visibilityProperty: true }) && !at.closest("[inert]");
const able = (at) => !at.disabled && !at.closest("fieldset:disabled") && at.tabIndex >= 0 && visible(at);
const all = [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(able);
// A group of radio buttons is one stop: the chosen one, or the first.
const stops = all.filter((at) => {
  if (at.type !== "radio") return true;
  const group = all.filter((other) => other.type === "radio" && other.name === at.name && other.form === at.form);
  return at === (group.find((other) => other.checked) ?? group[0]);
});
const named = (at) => {
  const text = at.name || at.textContent.trim().slice(0, 30) || at.getAttribute("aria-label") || at.id;
  return `${stops.indexOf(at)} ${at.localName} ${text}`;
};
const marked = (at) => {
  const seen = (one) => {
    const style = getComputedStyle(one);
    const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return line || style.boxShadow !== "none";
  };
  return seen(at) || (at.nextElementSibling !== null && seen(at.nextElementSibling));
};
window.walked = { stops: stops.map(named), met: [], unmarked: [] };
document.addEventListener("focusin", (event) => {
  if (event.target.matches("main")) return;
  const name = named(event.target);
  window.walked.met.push(name);
  if (!marked(event.target)) window.walked.unmarked.push(name);
});
document.activeElement?.blur();
stops[0].focus();
window.walked.unmarked.length = 0;
// A field for a day holds day, month, year and its picker.
const days = stops.filter((at) => ["date", "time", "datetime-local"].includes(at.type)).length;
return stops.length + 3 * days;
