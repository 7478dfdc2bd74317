// Matches that change while the page is open: ask the version address now and then (304 while nothing changes) and offer the new
// list. While a refresh runs, progress.js does the asking and loads the page at its end.

const EVERY = 15000;
let tag = "";

async function ask() {
  const list = document.querySelector("#matches[data-version-url]");
  if (!list || document.hidden || list.querySelector("[data-progress]")) return;
  try {
    const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
    const answer = await fetch(list.dataset.versionUrl, { headers, credentials: "same-origin", cache: "no-store" });
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") ?? "";
    const { version } = await answer.json();
    const note = list.querySelector("[data-changed]");
    if (version === list.dataset.version || !note || !note.hidden) return;
    note.hidden = false;
    document.dispatchEvent(new CustomEvent("announce", { detail: note.textContent.trim() }));
  } catch {
    // No network: ask again later.
  }
}

setInterval(ask, EVERY);
