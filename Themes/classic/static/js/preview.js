// While a form is filled in, the part of the page that shows what it would do is fetched again: the address of the form
// answers it for what stands in the fields.
export function previews() {
  document.querySelectorAll("form[data-preview]").forEach((form) => {
    let wait = null;
    let latest = 0;
    const look = async () => {
      const turn = ++latest;
      const address = new URL(form.action);
      const fields = [...new FormData(form)].filter(([name]) => name !== "find");
      address.search = new URLSearchParams(fields);
      const part = document.getElementById("preview");
      if (!part) return;
      part.setAttribute("aria-busy", "true");
      try {
        const response = await fetch(address, { headers: { Accept: "text/html" } });
        const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("preview");
        // Whoever typed on in the meantime waits for what comes next.
        if (turn === latest && response.ok && fresh) part.replaceWith(document.adoptNode(fresh));
      } catch {
        // No network: what is shown stays, and the button still asks.
      } finally {
        document.getElementById("preview")?.removeAttribute("aria-busy");
      }
    };
    form.addEventListener("input", (event) => {
      if (event.target.name === "find") return;
      clearTimeout(wait);
      wait = setTimeout(look, 350);
    });
  });
}
