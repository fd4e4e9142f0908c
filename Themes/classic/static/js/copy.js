// Copies what a field says. Whoever goes to the field by hand finds all of it selected.
export function copies() {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    const said = button.closest(".field").querySelector("[data-copy-said]");
    field.addEventListener("focus", () => field.select());
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = (await copy(field)) ? button.dataset.copied : button.dataset.kept;
    });
  });
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Without HTTPS, or where the browser was told not to: as people do it.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
