// Comfort, never a condition: every page works without this file.
import {
  Accordion,
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  PasswordInput,
  Radios,
  Tabs,
  createAll,
} from "govuk-frontend";
import htmx from "htmx.org";
import { keepTyped } from "./typed.js";
import { words } from "./words.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// The content security policy allows neither code made of text nor styles written into the page. No
// page is kept in the browser's storage, where the next one at the desk could find it.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
});

for (const late of document.querySelectorAll("link[data-late]")) {
  late.media = "all";
}

/** Wake the components inside what was just put into the page. */
function wake(scope) {
  createAll(Accordion, { i18n: words.accordion, rememberExpanded: false }, scope);
  createAll(Button, { preventDoubleClick: true }, scope);
  createAll(CharacterCount, { i18n: words.characterCount }, scope);
  createAll(Checkboxes, scope);
  createAll(ErrorSummary, scope);
  createAll(FileUpload, { i18n: words.fileUpload }, scope);
  createAll(PasswordInput, { i18n: words.passwordInput }, scope);
  createAll(Radios, scope);
  createAll(Tabs, scope);
  offerCopies(scope);
  drawCharts(scope);
}

function offerCopies(scope) {
  if (!navigator.clipboard) return;
  for (const text of scope.querySelectorAll("[data-copy]:not([data-copy-offered])")) {
    text.dataset.copyOffered = "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tb-copy";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = words.copied;
      setTimeout(() => (button.textContent = words.copy), 2000);
    });
    text.after(button);
  }
}

async function drawCharts(scope) {
  const figures = scope.querySelectorAll("[data-chart]:not([data-drawn])");
  if (figures.length === 0) return;
  const { draw } = await import("./charts.js");
  for (const figure of figures) {
    figure.dataset.drawn = "";
    draw(figure);
  }
}

for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
// Where a browser has no style for folded parts on paper, they are unfolded while it prints.
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  for (const part of unfolded) part.open = true;
});
window.addEventListener("afterprint", () => {
  for (const part of unfolded) part.open = false;
});

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

keepTyped();
wake(document);
document.addEventListener("htmx:afterSettle", (event) => wake(event.detail.elt));
