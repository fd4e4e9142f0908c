// Comfort for the tree of categories: rows are dragged before, behind or into others, and Alt with an arrow key presses the
// button that does the same.
const steps = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };

export function trees() {
  document.querySelectorAll("[data-tree]").forEach(tree);
}

function tree(list) {
  let dragged = null;
  for (const row of list.children) row.draggable = true;
  const here = location.hash && document.getElementById(location.hash.slice(1));
  if (here && list.contains(here)) here.querySelector("a").focus({ preventScroll: false });

  list.addEventListener("keydown", (event) => {
    const step = event.altKey && steps[event.key];
    const button = step && event.target.closest("li")?.querySelector(`button[name="${step}"]`);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged?.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    clear(list);
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    over.classList.add(`drop-${where(over, event)}`);
  });
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const over = event.target.closest("li");
    if (dragged && over && over !== dragged) send(list.closest("form"), dragged, over, where(over, event));
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    clear(list);
  });
}

// The upper quarter of a row means before it, the lower one behind it, what is between into it.
function where(row, event) {
  const box = row.getBoundingClientRect();
  const part = (event.clientY - box.top) / box.height;
  return part < 0.25 ? "before" : part > 0.75 ? "after" : "in";
}

function clear(list) {
  list.querySelectorAll(".drop-before, .drop-after, .drop-in").forEach((row) => row.classList.remove("drop-before", "drop-after", "drop-in"));
}

function send(form, row, over, place) {
  form.elements.moved.value = row.dataset.id;
  form.elements.under.value = place === "in" ? over.dataset.id : over.dataset.parent;
  form.elements.before.value = place === "before" ? over.dataset.id : place === "after" ? over.dataset.next : "";
  form.submit();
}
