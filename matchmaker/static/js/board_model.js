// What the board knows of one day: rows, cards, what a filter leaves of them, and how high each row stands.

export const LINE = 57; // px of a row with one card
const MORE = 53; // px of each further card in the same cell

const MARKS = {
  must: (card) => card.priority === 1,
  locked: (card) => card.locked,
  changed: (card) => card.differs,
  interpreter: (card) => Boolean(card.language),
};

export class Model {
  constructor(data, by) {
    this.by = by;
    this.words = "";
    this.marks = new Set();
    this.load(data);
  }

  load(data) {
    this.version = data.version ?? this.version;
    this.slots = data.slots.map(([id, text]) => ({ id, text }));
    this.rows = data.rows.map(([key, label, sub, table]) => ({ key, label, sub, table: table || null, cells: [], tall: 1, text: `${label} ${sub}`.toLowerCase() }));
    this.cards = new Map();
    this.shut = new Set(data.shut.map(([table, slot]) => `${table}:${slot}`));
    for (const [id, buyer, exhibitor, hue, slot, table, where, priority, locked, differs, language, people, rows, seller, customer] of data.cards) {
      const card = {
        id, buyer, exhibitor, hue, slot, table: table || null, where, priority, locked: Boolean(locked), differs: Boolean(differs), language, people, rows, seller, customer,
        text: `${buyer} ${exhibitor} ${people} ${where} ${language}`.toLowerCase(),
      };
      this.cards.set(id, card);
      for (const n of rows) {
        const row = this.rows[n];
        (row.cells[slot] ??= []).push(card);
        row.tall = Math.max(row.tall, row.cells[slot].length);
      }
    }
    this.number = new Map(this.rows.map((row, n) => [row.key, n]));
    this.filter();
  }

  // Leave the rows that match, or that hold a card that does; `found` are the cards that match.
  filter() {
    const words = this.words.trim().toLowerCase();
    const asked = Boolean(words || this.marks.size);
    const good = (card) => (!words || card.text.includes(words)) && [...this.marks].every((mark) => MARKS[mark](card));
    this.found = asked ? new Set([...this.cards.values()].filter(good).map((card) => card.id)) : null;
    this.shown = [];
    for (const [n, row] of this.rows.entries()) {
      const named = words && !this.marks.size && row.text.includes(words);
      if (!asked || named || row.cells.some((cards) => cards?.some((card) => this.found.has(card.id)))) this.shown.push(n);
    }
    this.place = new Map(this.shown.map((n, at) => [n, at]));
    this.tops = [0];
    for (const n of this.shown) this.tops.push(this.tops.at(-1) + LINE + (this.rows[n].tall - 1) * MORE);
  }

  get height() {
    return this.tops.at(-1);
  }

  // The place (among the rows shown) of what stands at a height.
  at(y) {
    let low = 0;
    let high = this.shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Where a card may stand, as {row number:slot number -> table}; `legal` is the server's list of [slot id, table].
  targets(item, legal) {
    const column = new Map(this.slots.map((slot, n) => [slot.id, n]));
    const found = new Map();
    const add = (row, slot, table) => {
      const key = `${row}:${slot}`;
      if (row === undefined || (item.slot === slot && item.table === table)) return;
      if (!found.has(key) || table === item.table) found.set(key, table);
    };
    for (const [id, table] of legal) {
      const slot = column.get(id);
      if (slot === undefined) continue;
      if (this.by === "hall") add(this.number.get(table ? `table-${table}` : `booth-${item.seller}`), slot, table);
      else for (const row of this.rowsOf(item)) add(row, slot, table);
    }
    return found;
  }

  rowsOf(item) {
    if (item.rows) return item.rows;
    const keys = { company: [`company-${item.seller}`, `company-${item.customer}`], section: [`section-${item.seller}`], mission: [`mission-${item.customer}`] };
    return (keys[this.by] ?? []).map((key) => this.number.get(key)).filter((n) => n !== undefined);
  }
}
