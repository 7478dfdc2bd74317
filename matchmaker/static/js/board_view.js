// The board's rows: only those in sight stand in the document, between two spacers that hold the place of the rest.

const SPARE = 4; // rows kept above and below what is seen

export class View {
  constructor(desk, model, hand) {
    this.desk = desk;
    this.model = model;
    this.hand = hand; // {targets, item, picked: Set of meetings}
    this.scroller = desk.querySelector(".board-scroll");
    this.table = desk.querySelector("[data-board]");
    this.body = this.table.tBodies[0];
    this.glyphs = desk.querySelector("template[data-glyphs]").content;
    this.live = new Map();
    this.above = this.spacer();
    this.below = this.spacer();
    this.body.replaceChildren(this.above, this.below);
    this.table.classList.add("virtual");
    this.waiting = false;
    this.scroller.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(this.scroller);
    this.draw(true);
  }

  spacer() {
    const row = document.createElement("tr");
    row.className = "spacer";
    row.setAttribute("aria-hidden", "true");
    row.append(document.createElement("td"));
    return row;
  }

  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw(false);
    });
  }

  // Draw what is in sight; `anew`: the data changed.
  draw(anew) {
    const { model, scroller } = this;
    const top = scroller.scrollTop;
    const first = Math.max(0, model.at(top) - SPARE);
    const last = Math.min(model.shown.length, model.at(top + scroller.clientHeight) + 1 + SPARE);
    if (!anew && first === this.first && last === this.last) return void this.onScroll?.();
    const focused = document.activeElement?.closest?.("td .meeting")?.dataset.meeting;
    if (anew) {
      for (const row of this.live.values()) row.remove();
      this.live.clear();
    }
    for (const [n, row] of this.live) {
      const at = model.place.get(n);
      if (at === undefined || at < first || at >= last) {
        row.remove();
        this.live.delete(n);
      }
    }
    let next = this.above.nextSibling;
    for (let at = first; at < last; at += 1) {
      const n = model.shown[at];
      let row = this.live.get(n);
      if (!row) this.live.set(n, (row = this.row(n, at)));
      if (row === next) next = next.nextSibling;
      else this.body.insertBefore(row, next);
    }
    [this.first, this.last] = [first, last];
    this.hold(this.above, model.tops[first]);
    this.hold(this.below, model.height - model.tops[last]);
    this.table.setAttribute("aria-rowcount", String(model.shown.length + 1));
    if (focused && !document.activeElement?.closest?.("td .meeting")) {
      const card = this.body.querySelector(`[data-meeting="${focused}"]`);
      (card ?? this.scroller).focus({ preventScroll: true });
    }
    this.onScroll?.();
  }

  hold(row, height) {
    row.hidden = height <= 0;
    row.firstChild.style.height = `${height}px`;
    row.firstChild.colSpan = this.model.slots.length + 1;
  }

  row(n, at) {
    const { model } = this;
    const data = model.rows[n];
    const row = document.createElement("tr");
    row.dataset.row = n;
    row.style.height = `${model.tops[at + 1] - model.tops[at]}px`;
    row.setAttribute("aria-rowindex", String(at + 2));
    if (at && model.rows[model.shown[at - 1]].sub !== data.sub) row.className = "section";
    const head = document.createElement("th");
    head.scope = "row";
    const name = document.createElement("span");
    name.textContent = head.title = data.label;
    head.append(name);
    if (data.sub) head.append(Object.assign(document.createElement("small"), { textContent: data.sub }));
    row.append(head);
    for (let slot = 0; slot < model.slots.length; slot += 1) row.append(this.cell(n, data, slot));
    return row;
  }

  cell(n, data, slot) {
    const cell = document.createElement("td");
    cell.dataset.slot = this.model.slots[slot].id;
    cell.dataset.table = data.table ?? "";
    cell.dataset.at = `${n}:${slot}`;
    if (data.table && this.model.shut.has(`${data.table}:${slot}`)) cell.className = "shut";
    this.paint(cell);
    for (const card of data.cells[slot] ?? []) cell.append(this.card(card));
    return cell;
  }

  card(card) {
    const link = document.createElement("a");
    link.className = "meeting";
    link.href = this.address(card.id);
    link.draggable = false;
    link.dataset.meeting = card.id;
    link.title = card.people;
    link.style.setProperty("--h", card.hue);
    link.setAttribute("aria-roledescription", this.desk.dataset.role);
    if (card.locked) link.dataset.locked = "";
    if (this.hand.picked.has(card.id)) link.classList.add("is-chosen");
    if (this.hand.item?.id === card.id) link.classList.add("picked");
    if (this.model.found && !this.model.found.has(card.id)) link.classList.add("dim");
    const marks = document.createElement("em");
    if (card.priority === 1) marks.append(this.glyph("must"));
    if (card.locked) marks.append(this.glyph("locked"));
    if (card.language) marks.append(Object.assign(document.createElement("abbr"), { textContent: card.language }));
    if (card.differs) marks.append(this.glyph("changed"));
    if (marks.childNodes.length) link.classList.add("marked");
    link.append(Object.assign(document.createElement("b"), { textContent: card.buyer }),
      Object.assign(document.createElement("span"), { textContent: card.exhibitor }), marks);
    return link;
  }

  glyph(name) {
    return this.glyphs.querySelector(`[data-glyph="${name}"]`).cloneNode(true);
  }

  address(id) {
    return this.desk.dataset.card.replace(/\/0$/, `/${id}`);
  }

  // Light a cell up as the hand asks for it.
  paint(cell) {
    cell.classList.toggle("can", Boolean(this.hand.targets?.has(cell.dataset.at)));
    cell.classList.toggle("over", this.hand.over === cell.dataset.at);
  }

  repaint() {
    for (const row of this.live.values()) for (const cell of row.cells) if (cell.dataset.at) this.paint(cell);
    for (const card of this.body.querySelectorAll(".meeting")) {
      const id = Number(card.dataset.meeting);
      card.classList.toggle("picked", this.hand.item?.id === id);
      card.classList.toggle("is-chosen", this.hand.picked.has(id));
    }
  }

  // Bring a cell into sight and return it.
  show(n, slot) {
    const at = this.model.place.get(n);
    if (at === undefined) return null;
    const { scroller, model } = this;
    const head = this.table.tHead.offsetHeight;
    const [top, bottom] = [model.tops[at], model.tops[at + 1]];
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom + head > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom + head - scroller.clientHeight;
    this.draw(false);
    const cell = this.find(n, slot);
    if (cell) {
      const side = this.table.tHead.rows[0].cells[0].offsetWidth;
      const [left, right] = [cell.offsetLeft, cell.offsetLeft + cell.offsetWidth];
      if (left - side < scroller.scrollLeft) scroller.scrollLeft = left - side;
      else if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
    }
    return cell;
  }

  find(n, slot) {
    return this.live.get(n)?.cells[slot + 1] ?? null;
  }

  focus(id) {
    const card = this.model.cards.get(id);
    const n = card?.rows.find((row) => this.model.place.has(row));
    if (n === undefined) return;
    this.show(n, card.slot)?.querySelector(`[data-meeting="${id}"]`)?.focus({ preventScroll: true });
  }
}
