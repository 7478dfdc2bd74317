// Agendas: painting slots by dragging or keys, and a word where the reader's clock is not the expo's. Both pages work without this file.

function enhancePainting(form) {
  const cell = (node) => node?.closest?.("td")?.querySelector("input[type=checkbox]");
  const boxes = (list) => [...list].map(cell).filter(Boolean);
  let value = null; // what the drag paints: true, false, or null when there is no drag

  form.addEventListener("pointerdown", (event) => {
    const box = cell(event.target);
    if (!box || event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls; its tap paints one cell
    event.preventDefault();
    value = !box.checked;
    box.checked = value;
    box.focus({ preventScroll: true });
  });
  form.addEventListener("pointermove", (event) => {
    const box = value === null ? null : cell(document.elementFromPoint(event.clientX, event.clientY));
    if (box) box.checked = value;
  });
  addEventListener("pointerup", () => { setTimeout(() => { value = null; }); });
  form.addEventListener("click", (event) => {
    if (cell(event.target) && value !== null) event.preventDefault(); // painted already when it was pressed
    const header = event.target.closest("button[name=line]");
    if (!header) return;
    event.preventDefault();
    const row = header.closest("tr");
    const place = header.closest("th").cellIndex;
    const inHead = row.parentElement.tagName === "THEAD";
    const line = inHead ? boxes([...row.closest("table").tBodies[0].rows].map((each) => each.cells[place])) : boxes(row.cells);
    const all = line.every((box) => box.checked);
    for (const box of line) box.checked = !all;
  });
  form.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const box = step && event.target.matches("td input") && event.target;
    if (!box) return;
    const at = box.closest("td");
    const next = cell(at.closest("tbody").rows[at.parentElement.sectionRowIndex + step[0]]?.cells[at.cellIndex + step[1]]);
    event.preventDefault();
    if (!next) return;
    if (event.shiftKey) next.checked = box.checked;
    next.focus();
  });
}

function enhanceZone(note) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const format = (zone) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const here = format(own);
  const there = format(note.dataset.zone);
  let differs = here.format(new Date()) !== there.format(new Date());
  for (const time of document.querySelectorAll("main time[datetime*=T]")) {
    const instant = new Date(time.dateTime);
    if (here.format(instant) === there.format(instant)) continue;
    differs = true;
    time.title = `${here.format(instant)} (${own})`;
  }
  if (!differs) return;
  const text = note.querySelector("[data-text]");
  text.textContent = text.dataset.text.replace("{zone}", own);
  note.hidden = false;
}

for (const form of document.querySelectorAll("[data-paint]")) enhancePainting(form);
for (const note of document.querySelectorAll(".zone-note")) enhanceZone(note);
