// Suggestions under the search field: a combobox with a list of links in groups, by the pattern of the ARIA practices guide.
// The server makes the list; what stands here is when it is asked for and how one moves in it.
import { say } from "./swap.js";

export function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const panel = document.createElement("div");
  const list = document.createElement("div");
  let timer, typed = input.value, chosen = -1, asking;
  panel.className = "search-list";
  panel.hidden = true;
  list.id = "suggestions";
  list.role = "listbox";
  list.ariaLabel = document.getElementById("script-words")?.dataset.suggestions ?? "";
  panel.append(list);
  form.append(panel);
  input.role = "combobox";
  input.ariaExpanded = "false";
  input.ariaAutoComplete = "list";
  input.setAttribute("aria-controls", "suggestions");

  const options = () => [...panel.querySelectorAll("[role=option]")];
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    panel.hidden = true;
    chosen = -1;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  };
  const open = () => {
    panel.hidden = false;
    input.ariaExpanded = "true";
  };
  // One step beyond either end is the field itself, with what was typed.
  const choose = (index) => {
    const items = options();
    chosen = index >= items.length ? -1 : index < -1 ? items.length - 1 : index;
    items.forEach((item, at) => (item.ariaSelected = String(at === chosen)));
    const item = items[chosen];
    input.value = item?.dataset.words ?? typed;
    if (!item) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const address = new URL(form.dataset.suggest, location.href);
    address.searchParams.set("q", typed.trim());
    address.searchParams.set("lang", document.documentElement.lang);
    try {
      const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(response.ok ? await response.text() : "", "text/html");
      if (signal.aborted) return;
      const items = fresh.querySelectorAll("[role=option]");
      if (!items.length) {
        panel.replaceChildren(list);
        return close();
      }
      items.forEach((item, at) => (item.id = `suggestion-${at}`));
      panel.replaceChildren(...[...fresh.body.children].map((part) => document.adoptNode(part)));
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      open();
      say(panel.firstChild.dataset.said);
    } catch {
      if (!signal.aborted) close();
    }
  };
  const forget = async (button) => {
    try {
      const response = await fetch(button.formAction, { method: "POST" });
      if (!response.ok) return form.requestSubmit(button);
      say(button.dataset.said);
      input.focus();
      ask();
    } catch {
      form.requestSubmit(button);
    }
  };

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("focus", () => {
    typed = input.value;
    if (!typed.trim() && panel.hidden) ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (panel.hidden) {
      if (!step) return;
      typed = input.value;
      ask();
    } else if (step) choose(chosen + step);
    else if (event.key === "Enter" && chosen >= 0) options()[chosen].click();
    else if (event.key === "Escape") {
      input.value = typed;
      close();
    } else return;
    event.preventDefault();
  });
  // The field keeps the focus while one presses in the list.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    forget(button);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden || event.target === input) return;
    close();
    input.focus();
  });
  form.addEventListener("focusout", (event) => !form.contains(event.relatedTarget) && close());
  // Somebody may have been there before the script was.
  if (document.activeElement === input && !typed.trim()) ask();
}
