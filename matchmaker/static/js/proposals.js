// Headings proposed from the title: asked for when the title changes while there is no code. Without this file they come after saving.
// <fieldset data-proposals="/hs/proposals" data-title="id of the title" data-code="id of the code" hidden><legend/><div class="choices">…
// The address answers [{"code": "0809", "label": "Cherries", "chance": "84%"}]; all of it becomes text, never markup.

class Proposals {
  constructor(box) {
    this.box = box;
    this.title = document.getElementById(box.dataset.title);
    this.code = document.getElementById(box.dataset.code);
    this.list = box.querySelector(".choices");
    this.none = this.list.lastElementChild;
    this.asked = 0;
    this.title?.addEventListener("change", () => this.ask());
    this.code?.addEventListener("change", () => this.ask());
    this.code?.addEventListener("input", () => this.choose(""));
    this.list.addEventListener("change", (event) => this.announce(event.target));
  }

  async ask() {
    const title = this.title.value.trim().split("\n")[0].slice(0, 200);
    const turn = ++this.asked;
    if (!title || this.code.value.trim()) return this.show([]);
    const url = new URL(this.box.dataset.proposals, location.href);
    url.searchParams.set("title", title);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok && turn === this.asked) this.show(await answer.json());
    } catch {
      this.show([]);
    }
  }

  show(found) {
    this.list.replaceChildren(...found.map((item) => this.choice(item)), this.none);
    this.choose("");
    this.box.hidden = !found.length;
  }

  choice({ code, label, chance }) {
    const row = this.none.cloneNode(true);
    const input = row.querySelector("input");
    input.value = code;
    input.checked = false;
    const words = row.querySelector("span");
    words.textContent = `${code} ${label} `;
    if (chance) {
      const small = document.createElement("small");
      small.textContent = chance;
      words.append(small);
    }
    return row;
  }

  choose(code) {
    for (const input of this.list.querySelectorAll("input")) input.checked = input.value === code;
  }

  announce(input) {
    const words = input.closest("label")?.textContent.trim();
    if (words) document.dispatchEvent(new CustomEvent("announce", { detail: words }));
  }
}

export function enhanceProposals(root) {
  for (const box of root.querySelectorAll("[data-proposals]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    new Proposals(box);
  }
}
