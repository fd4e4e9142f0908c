// Work that goes on by itself: its part of the page is fetched again until it is through, less often as time goes by.
export function follow() {
  let wait = 1500;
  const look = async () => {
    const part = document.querySelector("[data-follow]");
    if (!part) return;
    try {
      const text = await (await fetch(part.dataset.follow)).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
      // Whoever is at a link or field in it stays there.
      if (fresh && fresh.outerHTML !== part.outerHTML) {
        const place = controls(part).indexOf(document.activeElement);
        part.replaceWith(document.adoptNode(fresh));
        if (place >= 0) controls(fresh)[place]?.focus({ preventScroll: true });
      }
    } catch {
      // No network: the next look may have one.
    }
    wait = Math.min(wait * 1.1, 10000);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}

function controls(part) {
  return [...part.querySelectorAll("a, button, input, select, textarea")];
}
