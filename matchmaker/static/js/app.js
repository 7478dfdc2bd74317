// Entry: small comforts. Every page works without this file.
import { enhanceFragments } from "./fragments.js";
import { enhanceComboboxes } from "./combobox.js";
import { enhanceProgress } from "./progress.js";
import { enhanceProposals } from "./proposals.js";

export function announce(text) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60);
}

function enhanceFlashes(root) {
  for (const button of root.querySelectorAll("[data-dismiss]")) {
    button.hidden = false;
    button.addEventListener("click", () => button.closest("[data-flash]").remove());
  }
}

// Of tabs that do not fit, the present one is in view.
function showTab() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const beyond = tab.getBoundingClientRect().right - tab.parentElement.getBoundingClientRect().right;
    if (beyond > 0) tab.parentElement.scrollLeft += beyond;
  }
}

// One open menu at a time; Escape and a press outside close it.
function watchMenus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest("details[data-menu][open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// The theme changes at once; the server is told in the background.
function watchTheme() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const data = new FormData(form);
    data.set("theme", event.submitter.value);
    document.documentElement.dataset.theme = event.submitter.value;
    for (const button of form.querySelectorAll("button")) {
      const chosen = button === event.submitter;
      const tick = form.querySelector(".tick");
      if (chosen && tick) button.append(tick);
      if (chosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
    } catch {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "theme";
      field.value = event.submitter.value;
      form.append(field);
      HTMLFormElement.prototype.submit.call(form);
    }
  });
}

// "/" goes to the search field, as in most tools that have one.
function watchSearchKey() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const input = document.querySelector(".search input");
    if (!input) return;
    event.preventDefault();
    input.focus();
  });
}

export function enhance(root) {
  enhanceFlashes(root);
  enhanceFragments(root);
  enhanceComboboxes(root);
  enhanceProgress(root);
  enhanceProposals(root);
}

enhance(document);
watchMenus();
watchTheme();
watchSearchKey();
showTab();
document.querySelector("[data-focus]")?.focus();
document.addEventListener("fragment:swapped", (event) => enhance(event.target));
document.addEventListener("announce", (event) => announce(event.detail));
