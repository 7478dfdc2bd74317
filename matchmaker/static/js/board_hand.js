// The hand: a card is picked up with the pointer or with Enter, legal cells light up, and the server judges where it is put down.

const EDGE = 48; // px at the rim of the board where a drag scrolls it
const STEP = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Hand {
  constructor(desk, model, ask, tell) {
    Object.assign(this, { desk, model, ask, tell, item: null, targets: null, over: null, picked: new Set(), dragging: false });
  }

  watch(view) {
    this.view = view;
    this.desk.addEventListener("keydown", (event) => this.onKey(event));
    this.desk.addEventListener("pointerdown", (event) => this.onPointer(event));
    this.desk.addEventListener("click", (event) => this.onClick(event));
    this.desk.addEventListener("dragstart", (event) => event.preventDefault());
  }

  // What is known of a card in the document: one of the board, or one of the tray.
  itemOf(element) {
    const id = Number(element.dataset.meeting);
    const card = element.closest("td") ? this.model.cards.get(id) : null;
    const name = element.querySelector("b").textContent;
    return card ? { ...card, name } : { id, name, slot: null, table: null, seller: Number(element.dataset.seller), customer: Number(element.dataset.customer), element };
  }

  async pick(element) {
    if (this.item) return;
    const item = this.itemOf(element);
    this.item = item;
    element.classList.add("picked");
    this.tell(this.desk.dataset.picked.replace("{card}", item.name));
    try {
      const { ok, data } = await this.ask(this.view.address(item.id));
      if (this.item !== item) return;
      if (!ok) return void this.tell(data.error ?? this.desk.dataset.lost);
      this.targets = this.model.targets(item, data.legal);
    } catch {
      return void this.tell(this.desk.dataset.lost);
    }
    this.view.repaint();
    if (!this.targets.size) this.tell(this.desk.dataset.nowhere);
  }

  drop() {
    this.item?.element?.classList.remove("picked");
    this.item = this.targets = this.over = null;
    this.view.repaint();
  }

  aim(at) {
    const [old, next] = [this.over, at].map((key) => key && this.view.find(...key.split(":").map(Number)));
    this.over = at;
    if (old) this.view.paint(old);
    if (next) this.view.paint(next);
  }

  where(at) {
    const [row, slot] = at.split(":").map(Number);
    return `${this.model.slots[slot].text}, ${this.model.rows[row].label}`;
  }

  async put(item, at, table) {
    const [n, slot] = at.split(":").map(Number);
    const row = this.model.rows[n];
    const chosen = table !== undefined ? table : this.model.by === "hall" ? row.table : item.table;
    const was = item.slot === null ? null : [this.model.slots[item.slot].id, item.table];
    const cell = this.view.find(n, slot);
    cell?.setAttribute("aria-busy", "true");
    let [good, text] = [false, this.desk.dataset.lost];
    try {
      const { ok, data } = await this.ask(`${this.view.address(item.id)}/move`, { slot: this.model.slots[slot].id, table: chosen, was });
      [good, text] = [ok, ok ? `${data.text} ${this.where(at)}` : data.error ?? text];
    } catch {
      // No network: the card stays where it was.
    }
    cell?.removeAttribute("aria-busy");
    if (good) {
      await this.changed();
      this.view.focus(item.id);
    } else if (cell) {
      cell.classList.add("no");
      setTimeout(() => cell.classList.remove("no"), 2500);
      if (item.element) item.element.focus();
      else this.view.focus(item.id);
    }
    this.tell(text);
  }

  // The target that lies next in a direction, counted in rows and columns.
  near(from, [dx, dy], places) {
    let best = null;
    let least = Infinity;
    for (const key of places) {
      const [n, slot] = key.split(":").map(Number);
      const at = this.model.place.get(n);
      if (at === undefined) continue;
      const [x, y] = from ? [slot - from.slot, at - from.at] : [slot, at];
      if (from && dx * x + dy * y <= 0) continue;
      const far = Math.abs(x) * (dx ? 1 : 4) + Math.abs(y) * (dy ? 1 : 4);
      if (far < least) [best, least] = [key, far];
    }
    return best;
  }

  place(key) {
    const [n, slot] = key.split(":").map(Number);
    return { at: this.model.place.get(n), slot };
  }

  onKey(event) {
    const card = event.target.closest?.(".meeting");
    if (this.item) return void this.onHeldKey(event);
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const id = Number(card.dataset.meeting);
    const own = card.closest("td");
    if (event.key === "Enter") this.pick(card);
    else if (event.key === "o" || event.key === "O") return void card.click();
    else if (!own) return;
    else if (STEP[event.key]) this.walk(own, STEP[event.key]);
    else if (event.key === " ") this.choose(id);
    else if (event.key === "l" || event.key === "L") this.several(this.model.cards.get(id).locked ? "unlock" : "lock", this.picked.has(id) ? [...this.picked] : [id]);
    else if (event.key === "Delete" || event.key === "Backspace") this.several("unplace", this.picked.has(id) ? [...this.picked] : [id]);
    else if (event.key === "Escape" && this.picked.size) this.choose(null);
    else return;
    event.preventDefault();
  }

  onHeldKey(event) {
    const { item, over } = this;
    if (event.key === "Escape") {
      this.drop();
      if (item.element) item.element.focus();
      else this.view.focus(item.id);
      this.tell("");
    } else if (event.key === "Enter") {
      if (!over) return void event.preventDefault();
      const table = this.targets?.get(over);
      this.drop();
      this.put(item, over, table);
    } else if (STEP[event.key]) {
      const row = item.rows?.find((n) => this.model.place.has(n));
      const from = over ? this.place(over) : row === undefined ? null : { at: this.model.place.get(row), slot: item.slot };
      const keys = [...(this.targets?.keys() ?? [])];
      const next = this.near(from, STEP[event.key], keys) ?? (over ? null : this.near(null, [1, 1], keys));
      if (next) {
        this.view.show(...next.split(":").map(Number));
        this.aim(next);
        this.tell(this.where(next));
      }
    } else return;
    event.preventDefault();
  }

  // Without a card in hand the arrows go from card to card.
  walk(cell, step) {
    const keys = [];
    for (const card of this.model.cards.values()) {
      if (!this.model.found || this.model.found.has(card.id)) for (const n of card.rows) keys.push(`${n}:${card.slot}`);
    }
    const next = this.near(this.place(cell.dataset.at), step, keys);
    if (next) this.view.show(...next.split(":").map(Number))?.querySelector(".meeting")?.focus({ preventScroll: true });
  }

  choose(id) {
    if (id === null) this.picked.clear();
    else if (!this.picked.delete(id)) this.picked.add(id);
    this.view.repaint();
    this.chosen?.();
  }

  async several(verb, ids) {
    try {
      const { ok, data } = await this.ask(this.desk.dataset.several, { verb, meetings: ids });
      if (ok) {
        this.picked.clear();
        this.chosen?.();
        await this.changed();
        this.view.focus(ids[0]);
      }
      this.tell((ok ? data.text : data.error) ?? this.desk.dataset.lost);
    } catch {
      this.tell(this.desk.dataset.lost);
    }
  }

  onClick(event) {
    const card = event.target.closest?.("td .meeting");
    if (!card || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    this.choose(Number(card.dataset.meeting));
  }

  onPointer(event) {
    const card = event.target.closest?.(".meeting");
    if (!card || event.button || event.pointerType === "touch" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [startX, startY, box] = [event.clientX, event.clientY, card.getBoundingClientRect()];
    let [ghost, x, y, frame] = [null, startX, startY, 0];
    const paint = () => {
      frame = 0;
      ghost.hidden = !this.item; // given up with Escape while the button is still down
      if (!this.item) return;
      ghost.style.transform = `translate(${x - startX + box.x}px, ${y - startY + box.y}px) rotate(1.5deg)`;
      const cell = document.elementFromPoint(x, y)?.closest("td[data-at]");
      if (this.over !== (cell?.dataset.at ?? null)) this.aim(cell?.dataset.at ?? null);
      if (this.slide(x, y)) frame = requestAnimationFrame(paint);
    };
    const move = (e) => {
      [x, y] = [e.clientX, e.clientY];
      if (!ghost) {
        if (Math.hypot(x - startX, y - startY) < 6) return;
        if (this.item) this.drop();
        this.dragging = true;
        this.pick(card);
        ghost = this.ghost(card, box);
      }
      frame ||= requestAnimationFrame(paint);
    };
    const up = (e) => {
      removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, up);
      if (!ghost) return;
      cancelAnimationFrame(frame);
      if (e.type === "pointerup") {
        [x, y] = [e.clientX, e.clientY];
        this.aim(document.elementFromPoint(x, y)?.closest("td[data-at]")?.dataset.at ?? null);
      }
      ghost.remove();
      this.dragging = false;
      this.release(e.type === "pointerup");
    };
    addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, up);
  }

  ghost(card, box) {
    const ghost = card.cloneNode(true);
    ghost.removeAttribute("href");
    ghost.removeAttribute("data-meeting");
    ghost.setAttribute("aria-hidden", "true");
    ghost.classList.add("ghost");
    ghost.style.width = `${box.width}px`;
    document.body.append(ghost);
    return ghost;
  }

  release(good) {
    const still = (e) => e.preventDefault(); // the click that ends a drag opens no page
    addEventListener("click", still, { once: true, capture: true });
    setTimeout(() => removeEventListener("click", still, { capture: true }), 50);
    const { item, over } = this;
    const table = over ? this.targets?.get(over) : undefined;
    this.drop();
    if (!item) return;
    const home = item.rows?.some((n) => `${n}:${item.slot}` === over);
    if (good && over && !home) this.put(item, over, table);
  }

  // Scroll the board while a card is held at its rim; tell whether it did.
  slide(x, y) {
    const box = this.view.scroller.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return false;
    const pull = (a, low, high) => (a < low + EDGE ? a - low - EDGE : a > high - EDGE ? a - high + EDGE : 0) / 3;
    const [dx, dy] = [pull(x, box.left, box.right), pull(y, box.top, box.bottom)];
    if (dx || dy) this.view.scroller.scrollBy(dx, dy);
    return Boolean(dx || dy);
  }
}
