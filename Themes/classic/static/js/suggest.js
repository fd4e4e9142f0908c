// Suggestions under the search field: a combobox with a list, by the pattern of the ARIA practices guide.
export function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const words = document.getElementById("words")?.dataset ?? {};
  let timer, chosen = -1, latest = 0;
  list.id = "suggestions";
  list.className = "search-list";
  list.role = "listbox";
  list.ariaLabel = words.suggestions;
  list.hidden = true;
  form.append(list);
  input.role = "combobox";
  input.ariaExpanded = "false";
  input.ariaAutoComplete = "list";
  input.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const items = [...list.children];
    chosen = (index + items.length + 1) % (items.length + 1);
    if (index < 0) chosen = items.length - 1;
    if (chosen >= items.length) chosen = -1;
    items.forEach((item, at) => (item.ariaSelected = String(at === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", items[chosen].id);
  };
  const go = (item) => {
    if (item.dataset.address) return location.assign(item.dataset.address);
    input.value = item.textContent;
    form.submit();
  };
  const ask = async () => {
    const text = input.value.trim();
    const turn = ++latest;
    if (!text) return close();
    try {
      const address = new URL(form.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      address.searchParams.set("lang", document.documentElement.lang);
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      const { items } = await response.json();
      if (turn !== latest || !items?.length) return close();
      list.replaceChildren(...items.slice(0, 8).map((found, at) => {
        const item = document.createElement("li");
        item.id = `suggestion-${at}`;
        item.role = "option";
        item.ariaSelected = "false";
        item.textContent = found.text;
        if (found.address) item.dataset.address = found.address;
        return item;
      }));
      chosen = -1;
      list.hidden = false;
      input.ariaExpanded = "true";
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1 < 0 ? list.children.length : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) go(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) go(item);
  });
  input.addEventListener("blur", close);
}
