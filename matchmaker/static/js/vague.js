/* Vague words while a claim is written: asks the server after a pause, shows what to say instead. Without it the page says so on saving. */
const PAUSE = 500;

function show(list, found) {
  list.replaceChildren(...found.map(({word, why, say}) => {
    const item = document.createElement("li"), text = document.createElement("span"), strong = document.createElement("b");
    strong.dir = "auto";
    strong.textContent = word;
    text.append(strong, ` – ${why}. ${say}`);
    item.append(text);
    return item;
  }));
}

for (const input of document.querySelectorAll("[data-vague]")) {
  const list = input.closest("fieldset").querySelector("[data-vague-list]");
  let timer = 0, asked = 0;
  list.setAttribute("aria-live", "polite");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      try {
        const answer = await fetch(`${input.dataset.vague}?q=${encodeURIComponent(input.value)}`, {headers: {Accept: "application/json"}});
        if (answer.ok && number === asked) show(list, await answer.json());
      } catch { /* the page says it on saving */ }
    }, PAUSE);
  });
}
