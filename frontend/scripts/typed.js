// What was typed outlives the change of language: the page comes back filled in as it was left. It is
// kept for that one step only, in this window, and never a password. What a list is filtered by stands
// in its address instead.
const KEPT = "tongban-typed";
const NEVER = ["hidden", "password", "file", "submit", "button"];

const here = () => location.pathname + location.search;

function fields() {
  const named = document.querySelectorAll(
    "main form:not([role=search]) :is(input, textarea, select)[name]",
  );
  return [...named].filter((field) => !NEVER.includes(field.type));
}

function keep({ currentTarget: link }) {
  const typed = fields().map(({ name, value, checked }) => ({ name, value, checked }));
  sessionStorage.setItem(KEPT, JSON.stringify({ page: here(), typed }));
  link.search = `?to=${encodeURIComponent(here())}`; // a list may have moved on since it was opened
}

function fillIn() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT));
  sessionStorage.removeItem(KEPT);
  if (kept?.page !== here()) return;
  fields().forEach((field, place) => {
    const { name, value, checked } = kept.typed[place] ?? {};
    if (name !== field.name) return;
    if (["checkbox", "radio"].includes(field.type)) field.checked = checked;
    else field.value = value;
  });
}

/** Fill in what was typed before the language changed, and see to it that this can be done again. */
export function keepTyped() {
  try {
    fillIn();
    document.querySelector("a[href^='/language/']")?.addEventListener("click", keep);
  } catch {
    // A browser that keeps nothing changes the language without it.
  }
}
