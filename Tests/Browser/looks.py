"""What is wrong with how a page looks, as far as a machine can tell: words that are missing or cut off, colours that are hard to
read, what can't be pressed with a thumb."""

# Keys of words that nobody wrote stand in the page as they are; a word that came out empty leaves something without a name.
MISSING_WORDS = """
groups => {
  const found = [];
  const shown = part => part.checkVisibility({ visibilityProperty: true });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const part = node.parentElement;
    if (part.closest("code, pre, .number, .log-value, template, script, style, textarea")) continue;
    const group = node.data.match(/^\\s*([a-z][A-Za-z]+)(\\.[A-Za-z0-9]+)+\\s*$/)?.[1];
    if (groups.includes(group) && shown(part)) found.push(`a word is missing: ${node.data.trim()}`);
  }
  for (const part of document.querySelectorAll("main :is(h1, h2, h3, label, legend, button, a, dt, summary, th[scope=col], option:checked)")) {
    if (!shown(part) && part.localName !== "option" || part.closest("[aria-hidden=true]")) continue;
    const name = part.getAttribute("aria-label") ?? part.textContent.trim();
    const holds = part.querySelector("input, select, img[alt]:not([alt='']), label");
    if (!name && !holds) found.push(`nothing names ${part.outerHTML.slice(0, 120)}`);
  }
  for (const field of document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea)")) {
    const label = field.getAttribute("aria-label") ?? [...(field.labels ?? [])].map(each => each.textContent.trim()).join(" ");
    if (!label && shown(field)) found.push(`nothing names ${field.outerHTML.slice(0, 120)}`);
  }
  return found;
}
"""

# WCAG 2.2, 1.4.3, of the text that stands on a plain ground. Painting and asking for styles is slow, and a page has few
# colours and hundreds of texts, so each colour is painted once and each part's ground is looked for once.
HARD_TO_READ = """
() => {
  const painter = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const once = (known, make) => key => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key);
  };
  const rgba = once(new Map(), colour => {
    painter.clearRect(0, 0, 1, 1);
    painter.fillStyle = colour;
    painter.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = painter.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  });
  const over = (top, ground) => top.slice(0, 3).map((part, index) => part * top[3] + ground[index] * (1 - top[3]));
  const light = colour => {
    const [r, g, b] = colour.map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = once(new Map(), part => {
    if (!part) return [255, 255, 255];
    const style = getComputedStyle(part);
    if (style.backgroundImage !== "none" && part.localName !== "select") return null;
    const colour = rgba(style.backgroundColor);
    if (colour[3] === 1) return colour.slice(0, 3);
    const below = ground(part.parentElement);
    return colour[3] > 0 && below ? over(colour, below) : below;
  });
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const part = node.parentElement;
    if (!node.data.trim() || part.closest(":disabled, [aria-disabled], .hidden, svg, option, template, script, style, .skip")) continue;
    if (!part.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(part);
    const below = ground(part);
    if (!below) continue;
    const colour = over(rgba(style.color), below);
    const [dark, bright] = [light(colour), light(below)].sort((one, other) => one - other);
    const ratio = (bright + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.add(`“${node.data.trim().slice(0, 40)}” is hard to read: ${ratio.toFixed(2)}`);
  }
  return [...found];
}
"""

# Words that run out of what holds them, apart from what scrolls and what is meant to be cut.
CUT_OFF = """
() => [...document.querySelectorAll("main :is(h1, h2, h3, p, a, button, b, dd, dt, th, td, label, span, li)")].filter(part => {
  const style = getComputedStyle(part);
  if (part.closest(".hidden") || !part.checkVisibility()) return false;
  return ["hidden", "clip"].includes(style.overflowX) && part.scrollWidth > part.clientWidth + 1 && style.textOverflow !== "ellipsis";
}).map(part => `“${part.textContent.trim().slice(0, 60)}” is cut off`)
"""

# 44 pixels for a thumb, apart from links in the run of a sentence.
TOO_SMALL = """
() => [...document.querySelectorAll("main :is(a[href], button, summary, select, textarea, input:not([type=hidden]))")].filter(part => {
  if (!part.checkVisibility({ visibilityProperty: true }) || part.closest(".hidden, thead")) return false;
  if (part.tabIndex < 0 && part.getAttribute("aria-hidden")) return false;
  if (part.localName === "a" && getComputedStyle(part).display === "inline" && !part.querySelector("img")) {
    return part.closest("p, li, h1, h2, h3, td, th, dd") === null;
  }
  const holder = ["checkbox", "radio", "file"].includes(part.type) ? part.closest("label") ?? part : part;
  const { width, height } = holder.getBoundingClientRect();
  return height > 0 && height < 43.5 || width > 0 && width < 24;
}).map(part => `too small for a thumb (${Math.round(part.getBoundingClientRect().height)}): ${part.outerHTML.slice(0, 120)}`)
"""


def faults_of_look(visitor):
    page, is_phone = visitor.page, visitor.face.is_phone
    found = [*page.evaluate(MISSING_WORDS, visitor.word_groups), *page.evaluate(HARD_TO_READ), *page.evaluate(CUT_OFF)]
    return [*found, *page.evaluate(TOO_SMALL)] if is_phone else found
