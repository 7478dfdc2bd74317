// The schedule board: data, view, hand, and what others do meanwhile. Without this file the page shows fourteen rows at a time, and every
// card has a page of its own.
import { Hand } from "./board_hand.js";
import { Strip } from "./board_map.js";
import { Model } from "./board_model.js";
import { View } from "./board_view.js";

const OFTEN = 2000;
const desk = document.querySelector("[data-desk]");
const say = document.querySelector("[data-say]");
let tag = "";
let model, view, hand, strip;

function tell(text) {
  say.textContent = text;
  say.hidden = !text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { say.hidden = true; }, 8000);
  if (text) document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

async function ask(url, body) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (body) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = document.querySelector('input[name="csrf_token"]')?.value ?? "";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(url, options);
  const data = await answer.json().catch(() => ({}));
  return { ok: answer.ok, data };
}

const run = (version) => version.split("-").at(-1);
const plans = (version) => version.split("-").slice(0, -1).map((part) => part.split(".").slice(0, 2).join(".")).join("-");

// Take the day as it is now; `news`: somebody else changed it.
async function refresh(news = false) {
  const { ok, data } = await ask(desk.dataset.day);
  if (!ok) return;
  const [before, count] = [model.version, desk.dataset.left];
  if (run(before) !== run(data.version)) return void location.reload();
  model.load(data);
  for (const id of hand.picked) if (!model.cards.has(id)) hand.picked.delete(id);
  view.draw(true);
  redraw();
  steps(data.undo, data.redo);
  desk.dataset.left = String(data.tray);
  if (news) tell(desk.dataset.changed);
  if (count !== String(data.tray) || plans(before) !== plans(data.version)) await frame();
}

function steps(undo, redo) {
  for (const [name, count] of [["undo", undo], ["redo", redo]]) {
    const button = document.querySelector(`form[data-step="${name}"] button`);
    if (button) button.disabled = !count;
  }
}

// Head, figures and tray as the server draws them now.
async function frame() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Fragment": "1" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["desk-head", "desk-figures", "desk-side"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh || old.querySelector("details[open]") || old.contains(document.activeElement)) continue;
    const node = document.importNode(fresh, true);
    old.replaceWith(node);
    node.dispatchEvent(new CustomEvent("fragment:swapped", { bubbles: true }));
  }
}

async function watch() {
  try {
    if (!document.hidden && !hand.item) {
      const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(desk.dataset.version, { headers, credentials: "same-origin", cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        const { version } = await answer.json();
        if (version !== model.version && !hand.item) await refresh(true);
      }
    }
  } catch {
    // Away for a moment; ask again.
  }
  setTimeout(watch, OFTEN);
}

async function step(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
    const data = await answer.json().catch(() => ({}));
    if (answer.ok) await refresh();
    tell((answer.ok ? data.text : data.error) ?? desk.dataset.lost);
  } catch {
    tell(desk.dataset.lost);
  }
}

function redraw() {
  strip?.draw();
  const count = desk.querySelector("[data-found]");
  count.hidden = !model.found;
  if (model.found) {
    count.textContent = count.dataset.pattern.replace("{cards}", model.found.size).replace("{rows}", model.shown.length).replace("{all}", model.rows.length);
  }
}

function watchFilters() {
  const filters = document.querySelector("[data-filters]");
  filters.hidden = false;
  const apply = () => {
    model.filter();
    view.scroller.scrollTop = 0;
    view.draw(true);
    redraw();
  };
  filters.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    model.words = event.target.value;
    apply();
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (!button) return;
    const on = !model.marks.delete(button.dataset.mark);
    if (on) model.marks.add(button.dataset.mark);
    button.setAttribute("aria-pressed", String(on));
    apply();
  });
}

function watchChosen() {
  const bar = desk.querySelector("[data-chosen]");
  hand.chosen = () => {
    bar.hidden = !hand.picked.size;
    bar.querySelector("b").textContent = bar.dataset.pattern.replace("{n}", hand.picked.size);
  };
  bar.addEventListener("click", (event) => {
    const { verb } = event.target.closest("button")?.dataset ?? {};
    if (verb === "clear") hand.choose(null);
    else if (verb === "optimise") optimise();
    else if (verb) hand.several(verb, [...hand.picked]);
  });
}

// Plan the companies of the chosen cards anew.
function optimise() {
  const form = document.querySelector("[data-optimise]");
  if (!form) return;
  const sides = new Set([...hand.picked].flatMap((id) => [model.cards.get(id).seller, model.cards.get(id).customer]));
  form.querySelector("[name=scope]").value = "companies";
  for (const id of sides) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "companies", value: id }));
  form.requestSubmit();
}

function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    const form = name && document.querySelector(`form[data-step="${name}"]`);
    if (!form) return;
    event.preventDefault();
    step(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-step]")) return;
    event.preventDefault();
    step(event.target);
  });
  document.addEventListener("click", (event) => {
    const zoom = event.target.closest("[data-zoom]");
    const n = zoom ? model.rows.findIndex((row) => row.sub === zoom.dataset.zoom) : -1;
    if (n < 0 || !model.place.has(n)) return;
    event.preventDefault();
    view.scroller.scrollTop = model.tops[model.place.get(n)];
    view.draw(false);
    const cell = view.show(n, Number(zoom.dataset.column));
    (cell?.querySelector(".meeting") ?? view.scroller).focus({ preventScroll: true });
  });
}

async function follow(box) {
  try {
    const answer = await fetch(box.dataset.curve, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.ok) box.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  } catch {
    // The run goes on without us.
  }
  setTimeout(follow, OFTEN, box);
}

const data = document.querySelector("[data-board-data]");
if (desk && data) {
  model = new Model(JSON.parse(data.textContent), desk.dataset.by);
  hand = new Hand(desk, model, ask, tell);
  view = new View(desk, model, hand);
  hand.watch(view);
  hand.changed = () => refresh();
  strip = new Strip(desk.querySelector("[data-strip]"), model, view);
  view.onScroll = () => strip.frame();
  watchFilters();
  watchChosen();
  watchKeys();
  redraw();
  for (const pager of desk.querySelectorAll("[data-pager]")) pager.hidden = true;
  setTimeout(watch, OFTEN);
}
const box = document.querySelector("[data-curve]");
if (box) setTimeout(follow, OFTEN, box);
