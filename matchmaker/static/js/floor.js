// The floor: keeps a page fresh by asking for one number, keeps taps on the phone while there is no network, turns a wall's pages.
// Every page works without this file, by ordinary forms and loads.

const announce = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: text }));
const screenOf = () => document.querySelector("[data-floor]");
let tag = "";
let ahead = 0; // the expo's clock minus this device's, in milliseconds
let timer = 0;

const now = () => Date.now() + ahead;

// Fetch the page again and swap the live part; what the reader had opened stays open, and the focus stays where it was.
async function refresh() {
  const old = screenOf();
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Fragment": "1" }, credentials: "same-origin", cache: "no-store" });
  if (answer.status === 404 && old.dataset.gone) {
    old.remove();
    document.querySelector(old.dataset.gone).hidden = false;
    return;
  }
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-floor]");
  if (!fresh) throw new Error("no live part");
  const open = [...old.querySelectorAll("details[open][id]")].map((each) => each.id);
  const focused = old.contains(document.activeElement) && document.activeElement.closest("[id]")?.id;
  const node = document.importNode(fresh, true);
  for (const each of node.querySelectorAll("details[id]")) each.open = open.includes(each.id);
  old.replaceWith(node);
  if (focused && focused !== node.id) node.querySelector(`#${CSS.escape(focused)} :is(a, button, summary)`)?.focus({ preventScroll: true });
  node.dispatchEvent(new CustomEvent("fragment:swapped", { bubbles: true }));
  if (document.querySelector(".wall")) turn();
}

function fresh(is) {
  for (const mark of document.querySelectorAll("[data-sync]")) {
    mark.hidden = false;
    mark.classList.toggle("off", !is);
    mark.querySelector("span").textContent = is ? mark.dataset.on : mark.dataset.off;
  }
  for (const mark of document.querySelectorAll("[data-off].off")) mark.hidden = is;
}

async function look() {
  const screen = screenOf();
  if (!screen) return;
  try {
    if (!document.hidden || document.querySelector(".wall")) {
      const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(screen.dataset.live, { headers, credentials: "omit", cache: "no-store" });
      let changed = Boolean(tag) && now() >= Number(screen.dataset.until);
      if (answer.status === 200) {
        const told = await answer.json();
        ahead = told.now - Date.now();
        changed ||= screen.dataset.mine ? told.mine !== screen.dataset.mine : String(told.number) !== screen.dataset.number;
        changed ||= now() >= Number(screen.dataset.until);
        if (changed) await refresh();
        tag = answer.headers.get("ETag") ?? "";
      } else if (changed) await refresh();
      if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
      fresh(true);
      flush();
    }
  } catch {
    fresh(false);
  }
  // A little chance keeps five hundred screens from asking in the same instant.
  timer = setTimeout(look, Number(screenOf()?.dataset.every ?? 12000) * (0.9 + 0.15 * Math.random()));
}

// Taps. Each is kept on the phone first and forgotten once the server has answered; a tap said twice is said once there.
const KEPT = "matchmaker.floor.queue";
const bar = document.querySelector("[data-queue-bar]");
let sending = false;

const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)) ?? []; } catch { return []; } };
const mine = () => kept().filter((tap) => tap.who === bar?.dataset.who);
function keep(taps) {
  try { localStorage.setItem(KEPT, JSON.stringify(taps.slice(-60))); } catch { /* a private window: it is sent at once or not at all */ }
}

function show(note = "") {
  if (!bar) return;
  const taps = mine();
  bar.hidden = !taps.length;
  if (!taps.length) return;
  const text = taps.length === 1 ? bar.dataset.one : bar.dataset.many.replace("{count}", String(taps.length));
  if (bar.querySelector("b").textContent !== text) bar.querySelector("b").textContent = text;
  bar.querySelector("[data-list]").textContent = `${taps.map((tap) => tap.what).join(" · ")} ${note}`;
}

function say(text, kind) {
  const region = document.getElementById("flashes");
  if (region) {
    const line = document.createElement("div");
    line.className = `flash ${kind}`;
    if (kind === "error") line.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = text;
    line.append(words);
    region.replaceChildren(line);
  }
  announce(text);
}

async function send(tap) {
  const body = new URLSearchParams(tap.fields);
  body.set("csrf_token", document.querySelector("input[name=csrf_token]")?.value ?? tap.fields.csrf_token ?? "");
  body.set("age", String(Math.max(0, Math.round((Date.now() - tap.at) / 1000))));
  body.set("key", tap.key);
  const headers = { Accept: "application/json", "X-Queued": tap.key };
  const answer = await fetch(tap.url, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
  if (answer.type === "opaqueredirect") return "sign-in";
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) say(told.said ?? "", "success");
  else say(`${tap.what}: ${told.error ?? answer.status}`, "error");
  return "done";
}

async function flush() {
  if (sending || !bar || !mine().length) return;
  sending = true;
  let note = "";
  try {
    const work = async () => {
      for (let tap = mine()[0]; tap; tap = mine()[0]) {
        if (await send(tap) === "sign-in") { note = bar.dataset.signIn; break; }
        keep(kept().filter((each) => each.key !== tap.key));
        show();
        if (screenOf()) await refresh().catch(() => {});
      }
    };
    if (navigator.locks) await navigator.locks.request(KEPT, work); // two windows of one phone send one after the other
    else await work();
  } catch {
    fresh(false);
  } finally {
    sending = false;
    show(note);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-queue]");
  if (!form || !bar) return;
  event.preventDefault();
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  const tap = { key, url: form.action, fields: Object.fromEntries(new FormData(form)), at: Date.now(), what: form.dataset.queue, who: bar.dataset.who };
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  keep([...kept(), tap]);
  flush().then(async () => {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    if (!screenOf() && !mine().length && tap.fields.next) location.assign(tap.fields.next);
  });
});

addEventListener("online", flush);
addEventListener("offline", () => fresh(false));
document.addEventListener("visibilitychange", () => { if (!document.hidden) { clearTimeout(timer); look(); } });

// Clocks go by the expo's own time; a wall with many calls turns its pages.
function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (!tag) break; // the expo's clock is not known yet
    clock.textContent = new Intl.DateTimeFormat("en-GB", { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now());
  }
}

let page = 0;
function turn() {
  const list = document.querySelector("[data-pages]");
  if (!list) return;
  const size = Number(list.dataset.pages);
  const count = Math.max(1, Math.ceil(list.children.length / size));
  page %= count;
  for (const [place, item] of [...list.children].entries()) item.hidden = Math.floor(place / size) !== page;
  document.querySelector("[data-page]").textContent = count > 1 ? `${page + 1} / ${count}` : "";
}

if (document.querySelector("[data-pages]")) {
  turn();
  setInterval(() => { page += 1; turn(); }, 8000);
}
setInterval(tick, 1000);
show();
flush();
if (screenOf()) look();
