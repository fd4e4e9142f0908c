// Follows links and forms that name parts of the page in data-swap: fetches the page behind them and puts those parts in.
// The server stays the one place that knows prices, stock and words.
const words = document.getElementById("script-words")?.dataset ?? {};
let latest = 0;
let shown = withoutFragment(location);

export function swapOn() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    swap(link, new URL(link.href), { method: "GET" });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.matches("form[data-swap]") || leaves(button)) return;
    event.preventDefault();
    const data = new FormData(form, button);
    if (form.method === "post") return swap(form, new URL(form.action), { method: "POST", body: new URLSearchParams(data) });
    const address = new URL(form.action);
    address.search = new URLSearchParams([...data].filter(([, value]) => value !== ""));
    swap(form, address, { method: "GET" }, button);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("form[data-swap]")) return;
    if (form.hasAttribute("data-auto") || event.target.hasAttribute("data-auto")) form.requestSubmit();
  });
  // Also told when only the fragment changes, as the skip link does; then the page stays.
  addEventListener("popstate", () => withoutFragment(location) !== shown && location.reload());
}

// Buttons that go on to another page are left to the browser.
function leaves(button) {
  return button?.name === "checkout" || (button?.name === "then" && button.value === "buy");
}

async function swap(source, address, request, submitter) {
  const turn = ++latest;
  const names = source.dataset.swap.split(" ");
  const held = document.activeElement;
  const wasInside = names.some((name) => document.getElementById(name)?.contains(held));
  const kept = document.getElementById("quantity")?.value;
  source.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { ...request, headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== latest) return;
    const parts = names.map((name) => [document.getElementById(name), fresh.getElementById(name)]);
    if (parts.every(([, next]) => !next)) return location.assign(response.url);
    for (const [old, next] of parts) {
      if (!old || !next) continue;
      // What was folded out to be chosen from stays so until somebody asks for the results.
      if (!submitter) keepOpen(old, next);
      old.replaceWith(document.adoptNode(next));
    }
    copyCount(fresh);
    if (request.method === "GET") note(source, address, fresh);
    const quantity = document.getElementById("quantity");
    if (quantity && kept && request.method === "GET") quantity.value = Math.min(Number(kept), Number(quantity.max) || 9999);
    document.dispatchEvent(new CustomEvent("swapped", { detail: names }));
    refocus(held, wasInside);
    if (!names.includes("flash")) say(words.updated);
    if (names.includes("flash") && document.getElementById("flash").innerText.trim()) scrollToFlash();
  } catch {
    say(words.offline, true);
  } finally {
    source.removeAttribute("aria-busy");
  }
}

// Whoever goes by keys stays where they were; where that is gone, they are told how much is left.
function refocus(held, wasInside) {
  const same = held?.id && document.getElementById(held.id);
  (same || (wasInside && document.getElementById("total")))?.focus?.({ preventScroll: true });
}

function keepOpen(old, next) {
  for (const part of old.querySelectorAll("details[id]")) {
    const same = next.querySelector(`#${CSS.escape(part.id)}`);
    if (same) same.open = part.open;
  }
}

function note(source, address, fresh) {
  if (source.hasAttribute("data-keep")) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  shown = withoutFragment(address);
  document.title = fresh.title;
}

function withoutFragment({ pathname, search }) {
  return pathname + search;
}

// The mark of the cart stands in two places and may come or go.
function copyCount(fresh) {
  const marks = fresh.querySelectorAll("[data-count]");
  const links = document.querySelectorAll(".top-links a:last-child, .bar a:nth-child(3)");
  links.forEach((link) => {
    link.querySelector("[data-count]")?.remove();
    if (marks[0]) link.append(marks[0].cloneNode(true));
  });
}

function scrollToFlash() {
  const flash = document.getElementById("flash");
  flash.classList.add("toast");
  setTimeout(() => flash.classList.remove("toast"), 6000);
}

export function say(text, isSeen = false) {
  const place = document.getElementById("said");
  if (!place || !text) return;
  place.textContent = "";
  place.textContent = text;
  place.classList.toggle("hidden", !isSeen);
  place.classList.toggle("toast-note", isSeen);
  if (isSeen) setTimeout(() => say(" "), 6000);
}
