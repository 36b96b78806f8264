// What was typed outlives the change of language: the page comes back filled in as it was left. It is
// kept for that one step only, in this window, and never a password.
const KEPT = "tongban-typed";
const NEVER = ["hidden", "password", "file", "submit", "button"];

function fields() {
  const named = document.querySelectorAll("main form :is(input, textarea, select)[name]");
  return [...named].filter((field) => !NEVER.includes(field.type));
}

function keep() {
  const typed = fields().map(({ name, value, checked }) => ({ name, value, checked }));
  sessionStorage.setItem(KEPT, JSON.stringify({ page: location.pathname, typed }));
}

/** Fill in what was typed before the language changed, and see to it that this can be done again. */
export function keepTyped() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT));
  sessionStorage.removeItem(KEPT);
  if (kept?.page === location.pathname) {
    fields().forEach((field, place) => {
      const { name, value, checked } = kept.typed[place] ?? {};
      if (name !== field.name) return;
      if (["checkbox", "radio"].includes(field.type)) field.checked = checked;
      else field.value = value;
    });
  }
  document.querySelector("a[href^='/language/']")?.addEventListener("click", keep);
}
