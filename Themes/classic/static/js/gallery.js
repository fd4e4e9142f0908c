// Thumbnails and dots follow what is scrolled into view, and scroll without moving the page.
export function gallery() {
  for (const [frame, links] of [[".gallery-big", ".thumbs a"], ["#slides", ".dots a"]]) {
    const strip = document.querySelector(frame);
    const marks = [...document.querySelectorAll(links)];
    if (!strip || !marks.length) continue;
    const show = (index, isSmooth = true) => {
      const behavior = isSmooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant";
      strip.scrollTo({ left: strip.clientWidth * index, behavior });
    };
    marks.forEach((mark, index) => mark.addEventListener("click", (event) => {
      event.preventDefault();
      show(index);
    }));
    const follow = () => {
      const now = Math.round(strip.scrollLeft / strip.clientWidth);
      marks.forEach((mark, index) => (index === now ? mark.setAttribute("aria-current", "true") : mark.removeAttribute("aria-current")));
    };
    strip.addEventListener("scroll", follow, { passive: true });
    follow();
    if (frame === ".gallery-big") {
      const byVariant = (isSmooth) => {
        const position = Number(document.getElementById("facts")?.dataset.picture);
        if (position) show(position - 1, isSmooth);
      };
      byVariant(false);
      document.addEventListener("swapped", (event) => event.detail.includes("facts") && byVariant(true));
    }
  }
}
