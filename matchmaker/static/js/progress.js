// Long work: ask its JSON address until it is done, slower and slower; say the end once; then go on to data-next.

const FIRST = 800;
const LONGEST = 5000;

class Progress {
  constructor(box) {
    this.box = box;
    this.bar = box.querySelector("progress");
    this.count = box.querySelector("[data-count]");
    this.message = box.querySelector("[data-message]");
    this.numbers = new Intl.NumberFormat(document.documentElement.lang);
    this.pattern = this.count?.dataset.pattern ?? "{done} / {total}";
    this.wait = FIRST;
    box.querySelector("[data-noscript]")?.setAttribute("hidden", "");
    this.later();
  }

  later() {
    setTimeout(() => this.ask(), this.wait);
  }

  async ask() {
    if (!this.box.isConnected) return;
    if (document.hidden) return void this.later();
    try {
      const answer = await fetch(this.box.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 404) return void this.giveUp();
      if (answer.ok) this.show(await answer.json());
    } catch {
      // No network: the work goes on without us; ask again.
    }
    if (this.ended) return;
    this.wait = Math.min(this.wait * 1.25, LONGEST);
    this.later();
  }

  show(job) {
    if (job.total) {
      this.bar.max = job.total;
      this.bar.value = job.done ?? 0;
      if (this.count) {
        this.count.textContent = this.pattern
          .replace("{done}", this.numbers.format(job.done ?? 0))
          .replace("{total}", this.numbers.format(job.total));
      }
    }
    if (this.message && job.message !== undefined) this.message.textContent = job.message ?? "";
    if (job.state === "done" || job.state === "failed") this.end(job);
  }

  // Signed out, or the job is gone: leave the link that loads the page again.
  giveUp() {
    this.ended = true;
    this.box.querySelector("[data-noscript]")?.removeAttribute("hidden");
  }

  end(job) {
    this.ended = true;
    const good = job.state === "done";
    this.box.classList.add(good ? "is-done" : "is-failed");
    const text = good ? this.box.dataset.doneText : this.box.dataset.failedText;
    if (this.count) this.count.textContent = text;
    if (good) this.bar.value = this.bar.max;
    document.dispatchEvent(new CustomEvent("announce", { detail: text }));
    this.load(good ? (job.next ?? this.box.dataset.next) : "");
  }

  // Nobody's menu is shut in the middle of a choice: a list is loaded again once no form of it is open.
  load(next) {
    if (!this.box.isConnected) return; // another list has come meanwhile, with a progress of its own
    if (this.box.closest("#matches")?.querySelector("details[open] form")) setTimeout(() => this.load(next), 500);
    else if (next) location.assign(new URL(next, location.origin).pathname + new URL(next, location.origin).search);
    else location.reload();
  }
}

export function enhanceProgress(root) {
  for (const box of root.querySelectorAll("[data-progress][data-url]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    new Progress(box);
  }
}
