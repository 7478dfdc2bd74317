// The whole day as one strip beside the board, with a frame around what is in sight. Only for the eye and the pointer: the board itself
// is the way for keyboards and readers.

const WIDE = 64;

export class Strip {
  constructor(canvas, model, view) {
    Object.assign(this, { canvas, model, view, lens: canvas.nextElementSibling });
    canvas.parentElement.hidden = false;
    const go = (event) => {
      const box = canvas.getBoundingClientRect();
      view.scroller.scrollTop = ((event.clientY - box.top) / box.height) * model.height - view.scroller.clientHeight / 2;
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      canvas.addEventListener("pointermove", go);
      go(event);
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => canvas.removeEventListener("pointermove", go));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  draw() {
    const { canvas, model } = this;
    const tall = canvas.clientHeight;
    if (!tall || !model.slots.length) return;
    const dense = devicePixelRatio || 1;
    [canvas.width, canvas.height] = [WIDE * dense, tall * dense];
    const pen = canvas.getContext("2d");
    pen.scale(dense, dense);
    const style = getComputedStyle(canvas);
    const [plain, must, changed, locked] = ["--bar-2", "--bar", "--brand", "--ink"].map((name) => style.getPropertyValue(name));
    const [x, y] = [WIDE / model.slots.length, tall / Math.max(model.height, 1)];
    for (const [at, n] of model.shown.entries()) {
      const [top, high] = [model.tops[at] * y, Math.max(1, (model.tops[at + 1] - model.tops[at]) * y - 0.4)];
      for (const [slot, cards] of model.rows[n].cells.entries()) {
        const card = cards?.[0];
        if (!card || (model.found && !model.found.has(card.id))) continue;
        pen.fillStyle = card.locked ? locked : card.differs ? changed : card.priority === 1 ? must : plain;
        pen.fillRect(slot * x, top, Math.max(1, x - 0.6), high);
      }
    }
    this.frame();
  }

  frame() {
    const { model, view, canvas } = this;
    const y = canvas.clientHeight / Math.max(model.height, 1);
    this.lens.style.transform = `translateY(${view.scroller.scrollTop * y}px)`;
    this.lens.style.height = `${Math.min(1, view.scroller.clientHeight / Math.max(model.height, 1)) * canvas.clientHeight}px`;
  }
}
