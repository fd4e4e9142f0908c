// Ctrl-K: finding over any page of the back office. Without scripts the link leads to a page that does the same.
export function find(link) {
  let dialog, timer, latest = 0;

  const open = () => {
    dialog ??= made();
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input").select();
  };
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    // The editor makes links with these keys.
    if (event.defaultPrevented || event.target.closest("[contenteditable]")) return;
    event.preventDefault();
    open();
  });

  const ask = async (text, found) => {
    const turn = ++latest;
    if (!text.trim()) return found.replaceChildren();
    try {
      const address = new URL(link.href);
      address.searchParams.set("q", text);
      const response = await fetch(address);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (turn !== latest) return;
      const results = page.getElementById("found");
      // Somebody who was logged out meanwhile sees the door.
      if (!results) return location.assign(address);
      found.replaceChildren(...[...results.childNodes].map((node) => document.importNode(node, true)));
    } catch {
      // Enter leads to the page.
    }
  };

  function made() {
    const dialog = document.createElement("dialog");
    dialog.className = "finder";
    dialog.ariaLabel = link.querySelector("span").textContent;
    const form = document.createElement("form");
    form.action = link.href;
    form.className = "find-form";
    const input = document.createElement("input");
    input.type = "search";
    input.name = "q";
    input.maxLength = 100;
    input.autocomplete = "off";
    input.ariaLabel = dialog.ariaLabel;
    const found = document.createElement("div");
    found.className = "found";
    found.setAttribute("aria-live", "polite");
    form.append(input);
    dialog.append(form, found);
    document.body.append(dialog);

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask(input.value, found), 150);
    });
    form.addEventListener("submit", (event) => {
      const first = found.querySelector("a");
      if (!first) return;
      event.preventDefault();
      first.click();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        // In a search field it would only empty the field.
        event.preventDefault();
        return dialog.close();
      }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [input, ...found.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      stops[(at + stops.length) % stops.length].focus();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    return dialog;
  }
}
