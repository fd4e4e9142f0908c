// Comfort on top of pages that work without it. Each module looks for its own marks in the page.
import { swapOn } from "./swap.js";
import { suggest } from "./suggest.js";

swapOn();
document.querySelectorAll("form[data-suggest]").forEach(suggest);

if (document.querySelector("[data-regions]")) import("./regions.js").then((module) => module.regions());
if (document.querySelector("[data-list], #list-keys")) import("./list.js").then((module) => module.list());
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
const finder = document.querySelector("[data-find]");
if (finder) import("./find.js").then((module) => module.find(finder));
if (document.querySelector("[data-rich]")) import("./editor.js").then((module) => module.editors());
if (document.querySelector("[data-arrange], [data-unsaved]")) import("./desk.js").then((module) => module.desk());
if (document.querySelector("form[data-preview]")) import("./preview.js").then((module) => module.previews());
if (document.querySelector("form[data-measure]")) import("./measure.js").then((module) => module.measures());
if (document.querySelector("[data-copy]")) import("./copy.js").then((module) => module.copies());
if (document.querySelector("[data-tree]")) import("./tree.js").then((module) => module.trees());
if (document.querySelector("[data-follow]")) import("./follow.js").then((module) => module.follow());
if (document.querySelector("#gallery, #slides")) import("./gallery.js").then((module) => module.gallery());

prepare(document);
// Strips that scroll sideways begin where the visitor is.
document.querySelectorAll(".cats, .desk-nav, .tabs, .sorts").forEach((strip) => {
  const here = strip.querySelector("[aria-current]");
  const track = strip.scrollWidth > strip.clientWidth ? strip : strip.firstElementChild;
  if (here && track) track.scrollLeft = here.offsetLeft - track.offsetLeft - (track.clientWidth - here.offsetWidth) / 2;
});
document.querySelector(".side nav [aria-current]")?.scrollIntoView({ block: "nearest" });
document.addEventListener("swapped", () => prepare(document));

function prepare(root) {
  root.querySelectorAll("[data-step][hidden]").forEach((button) => (button.hidden = false));
  const filters = root.querySelector("details[data-open-wide]");
  if (filters && matchMedia("(min-width: 56rem)").matches) filters.open = true;
}

// Plus and minus beside a quantity that isn't sent at once.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const most = Number(input.max) || 9999;
  input.value = Math.min(most, Math.max(1, (Number(input.value) || 1) + Number(button.dataset.step)));
});

// A form that must not be sent twice says so and stops listening.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || !event.submitter?.matches("[name=place], .wide")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

// A payment that is still on its way: look again, less and less often, for about five minutes.
const waiting = document.querySelector("[data-poll]");
if (waiting) {
  let wait = 2000;
  const look = async () => {
    try {
      const text = await (await fetch(waiting.dataset.poll)).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("result");
      if (fresh && !fresh.dataset.poll) return location.reload();
    } catch {
      // No network: the next look may have one.
    }
    wait *= 1.25;
    if (wait < 60000) setTimeout(look, wait);
  };
  setTimeout(look, wait);
}
