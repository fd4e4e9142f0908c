// A file of judgements is measured again and again, beside one setting after another. The page stays, and with it the file that
// was chosen: no server can put one back into its field.
import { say } from "./swap.js";

const words = document.getElementById("script-words")?.dataset ?? {};

export function measures() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A file that comes back is the browser's to keep.
    if (!form.matches("form[data-measure]") || event.submitter?.value === "csv") return;
    event.preventDefault();
    if (!form.hasAttribute("aria-busy")) measure(form, event.submitter);
  });
  document.addEventListener("change", ({ target }) => {
    const weights = target.closest("form[data-measure]")?.querySelector("details");
    if (weights && target.name === "against") weights.open = target.value === "weights";
  });
}

async function measure(form, button) {
  form.setAttribute("aria-busy", "true");
  try {
    const body = new FormData(form, button);
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("evaluation");
    // Another page than this one, such as the door: the browser goes there by itself.
    if (!fresh) return form.submit();
    document.getElementById("evaluation").replaceWith(document.adoptNode(fresh));
    keepFile(form, fresh);
    const heading = fresh.querySelector("#faults, #result-h");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  } catch {
    say(words.offline, true);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function keepFile(form, fresh) {
  const [chosen, empty] = [form, fresh].map((part) => part.querySelector("input[type=file]"));
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (empty.hasAttribute(name)) chosen.setAttribute(name, empty.getAttribute(name));
    else chosen.removeAttribute(name);
  }
  empty.replaceWith(chosen);
}
