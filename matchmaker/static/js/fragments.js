// Forms and links with data-fragment="#id": the answer's element of that id replaces the one on this page.
// The server answers with a whole page or only the fragment; its markup comes from our own templates, never from data.
// Anything unexpected (another address, an error, no such element) falls back to an ordinary page load.

function announce(text) {
  document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

async function load(url, options) {
  const answer = await fetch(url, {
    ...options,
    headers: { Accept: "text/html", "X-Fragment": "1" },
    credentials: "same-origin",
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, page };
}

function swap(selector, page) {
  const old = document.querySelector(selector);
  const fresh = page.querySelector(selector);
  if (!old || !fresh) return false;
  const node = document.importNode(fresh, true);
  old.replaceWith(node);
  const flashes = page.getElementById("flashes");
  const region = document.getElementById("flashes");
  if (flashes && region) {
    region.replaceChildren(...[...flashes.children].map((flash) => document.importNode(flash, true)));
    region.dispatchEvent(new CustomEvent("fragment:swapped", { bubbles: true }));
    if (region.textContent.trim()) announce(region.textContent.trim());
  }
  node.dispatchEvent(new CustomEvent("fragment:swapped", { bubbles: true }));
  const focus = node.querySelector("[data-focus], [autofocus]") ?? node;
  if (focus === node && !node.hasAttribute("tabindex")) node.tabIndex = -1;
  focus.focus({ preventScroll: focus === node });
  const said = node.dataset.announce ?? node.querySelector("[data-announce]")?.dataset.announce;
  if (said) announce(said);
  return true;
}

async function send(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.set(submitter.name, submitter.value);
  const method = (form.getAttribute("method") ?? "get").toLowerCase();
  let url = submitter?.formAction && submitter.hasAttribute("formaction") ? submitter.formAction : form.action;
  if (method === "get") {
    url = new URL(url, location.href);
    url.search = new URLSearchParams(data).toString();
  }
  const { answer, page } = await load(url, method === "get" ? {} : { method: "POST", body: data });
  if (swap(form.dataset.fragment, page)) {
    if (method === "get") history.replaceState(null, "", url);
    return;
  }
  if (answer.redirected || method === "get") location.assign(answer.url);
  else location.reload();
}

export function enhanceFragments(root) {
  const forms = [...root.querySelectorAll("form[data-fragment]")];
  if (root.matches?.("form[data-fragment]")) forms.push(root);
  for (const form of forms) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "1";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      form.setAttribute("aria-busy", "true");
      const button = event.submitter;
      try {
        const work = send(form, button);
        if (button) button.disabled = true;
        await work;
      } catch {
        HTMLFormElement.prototype.submit.call(form);
      } finally {
        form.removeAttribute("aria-busy");
        if (button) button.disabled = false;
      }
    });
    if (form.hasAttribute("data-auto")) form.addEventListener("change", () => form.requestSubmit?.());
  }
  for (const link of root.querySelectorAll("a[data-fragment]")) {
    if (link.dataset.ready) continue;
    link.dataset.ready = "1";
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      try {
        const { page } = await load(link.href, {});
        if (swap(link.dataset.fragment, page)) history.pushState(null, "", link.href);
        else location.assign(link.href);
      } catch {
        location.assign(link.href);
      }
    });
  }
}

addEventListener("popstate", () => location.reload());
