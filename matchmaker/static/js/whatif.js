// The levers: buttons beside each number; the bound is asked for a moment after the last press. Without this file the numbers are typed.

const PAUSE = 600;
let timer;

function enhance(form) {
  if (!form || form.dataset.levers === "ready") return;
  form.dataset.levers = "ready";
  for (const button of form.querySelectorAll("[data-by]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const input = button.parentElement.querySelector("input");
      input.stepUp(Number(button.dataset.by) * (Number(input.max) > 20 ? 5 : 1));
      clearTimeout(timer);
      timer = setTimeout(() => form.isConnected && form.requestSubmit(), PAUSE);
    });
  }
}

enhance(document.querySelector("[data-levers]"));
document.addEventListener("fragment:swapped", () => enhance(document.querySelector("[data-levers]")));
