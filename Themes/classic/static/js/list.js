// Comfort on lists of the back office: rows by keyboard, all rows ticked at once, how many are ticked.
export function list() {
  const table = document.querySelector("[data-list]");
  const keys = document.getElementById("list-keys");
  const rows = table ? [...table.tBodies[0].rows] : [];
  let here = -1;

  const boxes = rows.map((row) => row.querySelector("input[name=select]")).filter(Boolean);
  const bar = document.querySelector(".tick-bar");
  const all = tickAll(table);
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (bar) {
      bar.classList.toggle("has-ticked", ticked > 0);
      bar.querySelector("p").dataset.ticked = ticked;
      bar.querySelectorAll("button").forEach((button) => (button.disabled = ticked === 0));
    }
    if (all) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  };
  all?.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    count();
  });
  table?.addEventListener("change", count);
  // A page that the browser brings back may have ticks of its own.
  addEventListener("pageshow", count);
  if (boxes.length) count();

  const move = (step) => {
    if (!rows.length) return;
    rows[here]?.removeAttribute("data-here");
    here = Math.min(rows.length - 1, Math.max(0, here + step));
    rows[here].setAttribute("data-here", "");
    rows[here].querySelector("a")?.focus({ preventScroll: true });
    rows[here].scrollIntoView({ block: "nearest" });
  };
  const deeds = {
    j: () => move(1),
    k: () => move(-1),
    x: () => rows[here]?.querySelector("input[name=select]")?.click(),
    "/": () => {
      const filters = document.querySelector(".admin-filters");
      if (!filters) return;
      filters.open = true;
      filters.querySelector("input:not([type=hidden])")?.focus();
    },
    "?": () => keys?.showModal?.(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys?.open) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

// One box in the head for all rows; without scripts there is none, since it could do nothing.
function tickAll(table) {
  const place = table?.querySelector("[data-tick-all]");
  if (!place) return null;
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  box.setAttribute("aria-label", place.dataset.tickAll);
  const label = document.createElement("label");
  label.append(box);
  place.replaceChildren(label);
  return box;
}
