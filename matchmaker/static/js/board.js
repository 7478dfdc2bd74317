// The schedule board: drag with a pointer, or pick up with Enter and move with the arrow keys.
// The server's rules judge: legal places are asked for when a card is picked up, and a refusal is shown where it happened.

const desk = document.querySelector("[data-desk]");
const board = desk?.querySelector("[data-board]");
const say = document.querySelector("[data-say]");
const token = document.querySelector('input[name="csrf_token"]')?.value ?? "";
const key = (slot, table) => `${slot}:${table ?? ""}`;

let held = null; // the card in hand: {card, legal: Set of "slot:table", cells: [td]}

function tell(text) {
  say.textContent = text;
  say.hidden = !text;
  document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

async function ask(url, body) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (body) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = token;
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(url, options);
  const data = await answer.json().catch(() => ({}));
  return { ok: answer.ok, data };
}

async function pick(card) {
  if (held) return;
  const mine = { card, legal: new Set(), cells: [] };
  held = mine;
  card.classList.add("picked");
  tell(desk.dataset.picked.replace("{card}", card.innerText.replace(/\s+/g, " ").trim()));
  try {
    const { ok, data } = await ask(card.dataset.legal);
    if (held !== mine || !ok) return;
    mine.legal = new Set(data.legal.map(([slot, table]) => key(slot, table)));
  } catch {
    return void tell(desk.dataset.lost);
  }
  for (const cell of board.querySelectorAll("td[data-slot]")) {
    const good = mine.legal.has(key(cell.dataset.slot, cell.dataset.table));
    cell.classList.toggle("can", good);
    if (good) mine.cells.push(cell);
  }
  if (!mine.cells.length) tell(desk.dataset.nowhere);
}

function drop() {
  for (const cell of board.querySelectorAll(".can, .over, .no")) cell.classList.remove("can", "over", "no");
  held?.card.classList.remove("picked");
  held = null;
}

async function put(card, cell) {
  const home = card.parentElement;
  const next = card.nextSibling;
  const place = { slot: Number(cell.dataset.slot), table: cell.dataset.table ? Number(cell.dataset.table) : null };
  cell.append(card);
  card.setAttribute("aria-busy", "true");
  let text = desk.dataset.lost;
  let good = false;
  try {
    const { ok, data } = await ask(card.dataset.move, place);
    good = ok;
    text = ok ? `${data.text} ${cell.dataset.where}` : data.error ?? text;
  } catch {
    // No network: the card goes back to where it was.
  }
  card.removeAttribute("aria-busy");
  if (!good) {
    home.insertBefore(card, next);
    cell.classList.add("no");
    setTimeout(() => cell.classList.remove("no"), 2500);
  } else if (home.classList.contains("tray-item")) {
    home.remove();
    const count = desk.querySelector("[data-tray] .count");
    if (count) count.textContent = String(Math.max(0, Number(count.textContent.replace(/\D/g, "")) - 1));
  }
  card.focus();
  seen = null; // our own change is no news
  tell(text);
}

function near(from, dx, dy) {
  const box = from.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  for (const cell of held.cells) {
    const other = cell.getBoundingClientRect();
    const x = other.x - box.x;
    const y = other.y - box.y;
    if (dx * x + dy * y <= 1) continue;
    const far = Math.abs(x) * (dx ? 1 : 3) + Math.abs(y) * (dy ? 1 : 3);
    if (far < least) [best, least] = [cell, far];
  }
  return best;
}

const STEP = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function onKey(event) {
  const card = event.target.closest?.(".meeting");
  if (!card) return;
  if (!held) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      pick(card);
    }
    return;
  }
  const over = board.querySelector("td.over");
  if (event.key === "Escape") {
    drop();
    tell("");
  } else if (event.key === "Enter" && over) {
    event.preventDefault();
    const moved = held.card;
    drop();
    put(moved, over);
  } else if (STEP[event.key]) {
    event.preventDefault();
    const cell = near(over ?? held.card, ...STEP[event.key]) ?? (over ? null : held.cells[0]);
    if (!cell) return;
    over?.classList.remove("over");
    cell.classList.add("over");
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    tell(cell.dataset.where);
  }
}

function onPointer(event) {
  const card = event.target.closest?.(".meeting");
  if (!card || event.button || event.pointerType === "touch") return;
  const startX = event.clientX;
  const startY = event.clientY;
  const box = card.getBoundingClientRect();
  let ghost = null;
  let cell = null;
  const move = (e) => {
    if (!ghost) {
      if (Math.hypot(e.clientX - startX, e.clientY - startY) < 6) return;
      drop();
      pick(card);
      ghost = card.cloneNode(true);
      ghost.removeAttribute("href");
      ghost.setAttribute("aria-hidden", "true");
      ghost.classList.add("ghost");
      ghost.style.width = `${box.width}px`;
      document.body.append(ghost);
    }
    ghost.style.transform = `translate(${e.clientX - startX + box.x}px, ${e.clientY - startY + box.y}px) rotate(1.5deg)`;
    const under = document.elementFromPoint(e.clientX, e.clientY)?.closest("td[data-slot]");
    if (under !== cell) {
      cell?.classList.remove("over");
      cell = under ?? null;
      cell?.classList.add("over");
    }
  };
  const up = () => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", up);
    removeEventListener("pointercancel", up);
    if (!ghost) return;
    ghost.remove();
    const still = (e) => e.preventDefault(); // the click that ends a drag opens no page
    addEventListener("click", still, { once: true, capture: true });
    setTimeout(() => removeEventListener("click", still, { capture: true }), 50);
    drop();
    if (cell && !cell.contains(card)) put(card, cell);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", up);
  addEventListener("pointercancel", up);
}

// Other organizers: a cheap version address says whether something changed; the page offers to load it again.
let seen = null;
async function watch() {
  if (!document.hidden && !held) {
    try {
      const { ok, data } = await ask(desk.dataset.version);
      if (ok) {
        if (seen && seen !== data.version) {
          tell(desk.dataset.changed);
          location.reload();
          return;
        }
        seen = data.version;
      }
    } catch {
      // Away for a moment; ask again.
    }
  }
  setTimeout(watch, 2000);
}

if (board) {
  desk.addEventListener("keydown", onKey);
  desk.addEventListener("pointerdown", onPointer);
  desk.addEventListener("dragstart", (event) => event.preventDefault());
  setTimeout(watch, 2000);
}
