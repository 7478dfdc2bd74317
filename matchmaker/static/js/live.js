// The matches beside a demand: ask the version address while they are being made (and now and then afterwards), and swap the panel for the
// server's own. Without script the page shows them when it is loaded again.

const SOON = 2500;
const LATER = 15000;
let tag = "";

async function refresh(panel) {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html", "X-Fragment": "1" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (!fresh) return;
  const node = document.importNode(fresh, true);
  panel.replaceWith(node);
  const said = node.querySelector("h2")?.textContent.trim();
  if (said) document.dispatchEvent(new CustomEvent("announce", { detail: said }));
}

async function look() {
  const panel = document.getElementById("live");
  if (!panel) return;
  const waits = panel.dataset.waits === "yes";
  try {
    if (!document.hidden) {
      const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(panel.dataset.versionUrl, { headers, credentials: "same-origin", cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        const { version, state } = await answer.json();
        if (version !== panel.dataset.version || (waits && state === "done")) await refresh(panel);
      }
    }
  } catch {
    // No network: ask again later.
  }
  setTimeout(look, document.getElementById("live")?.dataset.waits === "yes" ? SOON : LATER);
}

setTimeout(look, SOON);
