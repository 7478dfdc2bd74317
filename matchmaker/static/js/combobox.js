// A text input with suggestions from a JSON address (ARIA 1.2 combobox with a list popup).
// <div data-combobox data-url="/hs?for=x" [data-value="id of a hidden input"] data-none data-found="{n} found"><input></div>
// The address answers [{"value": "150920", "code": "1509.20", "label": "Virgin olive oil", "note": "…"}] (code, note: optional); all of it becomes text, never markup.

const WAIT = 180;
let made = 0;

class Combobox {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input:not([type=hidden])");
    this.hidden = box.dataset.value ? document.getElementById(box.dataset.value) : null;
    this.options = [];
    this.active = -1;
    this.asked = 0;
    this.list = document.createElement("ul");
    this.list.id = `combo-${++made}`;
    this.list.className = "combo-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    box.append(this.list);
    this.wire();
  }

  wire() {
    const { input, list } = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.autocomplete = "off";
    input.addEventListener("input", () => {
      if (this.hidden) this.hidden.value = "";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.pick(this.options[Number(row.dataset.index)]);
    });
  }

  async ask() {
    const words = this.input.value.trim();
    const turn = ++this.asked;
    if (!words) return this.close();
    const url = new URL(this.box.dataset.url, location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const found = answer.ok || answer.status === 429 ? await answer.json() : null;
      if (!found || turn !== this.asked) return;
      if (answer.ok) this.show(Array.isArray(found) ? found : found.items ?? []);
      else this.show([], found.error);
    } catch {
      this.close();
    }
  }

  show(options, refusal = "") {
    this.options = options;
    this.active = -1;
    const rows = options.map((option, index) => this.row(option, index));
    if (!rows.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = refusal || (this.box.dataset.none ?? "—");
      rows.push(none);
    }
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(-1);
    const text = options.length ? (this.box.dataset.found ?? "{n}").replace("{n}", options.length) : refusal || this.box.dataset.none;
    document.dispatchEvent(new CustomEvent("announce", { detail: text }));
  }

  row(option, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.dataset.index = index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const parts = [["b", option.code], ["span", option.label], ["small", option.note]];
    for (const [tag, text] of parts) {
      if (!text) continue;
      const part = document.createElement(tag);
      part.textContent = text;
      item.append(part);
    }
    return item;
  }

  mark(index) {
    this.active = index;
    const rows = this.list.querySelectorAll("[role=option]");
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === index)));
    if (index >= 0) {
      this.input.setAttribute("aria-activedescendant", rows[index].id);
      rows[index].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    const open = !this.list.hidden;
    const count = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void this.ask();
      if (!count) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark((this.active + step + count) % count);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.pick(this.options[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  pick(option) {
    this.input.value = this.hidden ? option.label : option.value;
    if (this.hidden) this.hidden.value = option.value;
    this.close();
    this.box.dispatchEvent(new CustomEvent("combobox:picked", { bubbles: true, detail: option }));
  }

  close() {
    this.asked++;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }
}

export function enhanceComboboxes(root) {
  for (const box of root.querySelectorAll("[data-combobox]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    new Combobox(box);
  }
}
