// Comfort for the desks' forms: rows are dragged into their order, and what was typed isn't left by accident.
export function desk() {
  document.querySelectorAll("[data-arrange]").forEach(arrange);
  document.querySelectorAll("form[data-unsaved]").forEach(guard);
}

// Dropping a row numbers all rows anew, or sends their ids where the form asks for an order. Buttons and numbers do the same
// without dragging.
function arrange(list) {
  let dragged = null;
  for (const row of list.children) {
    row.draggable = true;
    // Text in a field is selected, not dragged away.
    row.querySelectorAll("input, select").forEach((field) => {
      field.addEventListener("pointerdown", () => (row.draggable = false));
      field.addEventListener("blur", () => (row.draggable = true));
    });
  }
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-arrange] > *");
    dragged?.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest("[data-arrange] > *");
    if (!over || over === dragged || over.parentElement !== list) return;
    const box = over.getBoundingClientRect();
    over[event.clientY > box.top + box.height / 2 ? "after" : "before"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    const form = list.closest("form");
    list.querySelectorAll("[data-position]").forEach((field, index) => (field.value = index + 1));
    const order = form.querySelector("input[name=order]");
    if (!order) return form.dispatchEvent(new Event("input", { bubbles: true }));
    order.value = [...list.children].map((row) => row.dataset.id).join(" ");
    form.submit();
  });
}

function guard(form) {
  let isChanged = false;
  form.addEventListener("input", () => (isChanged = true));
  form.addEventListener("submit", () => (isChanged = false));
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}
