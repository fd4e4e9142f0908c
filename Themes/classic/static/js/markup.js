// Reduces HTML of any kind to what the shop keeps of it.
const renamed = { B: "strong", I: "em", H1: "h2", H4: "h3", H5: "h3", H6: "h3" };
const kept = new Set([
  "P", "H2", "H3", "STRONG", "EM", "U", "SUB", "SUP", "UL", "OL", "LI", "A", "IMG", "BLOCKQUOTE", "BR", "HR", "TABLE", "THEAD", "TBODY",
  "TR", "TD", "TH", "FIGURE", "FIGCAPTION",
]);
const dropped = new Set(["SCRIPT", "STYLE", "TEMPLATE", "TITLE", "META", "LINK", "IFRAME", "OBJECT", "SVG", "MATH", "NOSCRIPT", "TEXTAREA", "SELECT"]);
const lines = new Set(["P", "H2", "H3"]);
const blocks = new Set(["P", "H2", "H3", "UL", "OL", "BLOCKQUOTE", "HR", "TABLE", "FIGURE"]);

// The text as nodes, fit to stand in a page. It is read by a document of its own, in which nothing runs or loads.
export function cleaned(text) {
  const source = new DOMParser().parseFromString(text, "text/html");
  return paragraphs(reduced(source.body));
}

// What stands in an element, as the server is sent it: a block a line.
export function html(holder) {
  const nodes = paragraphs(reduced(holder));
  return [...nodes.childNodes]
    .filter((node) => node.textContent.trim() || node.querySelector?.("img") || node.localName === "hr")
    .map((node) => node.outerHTML ?? node.textContent)
    .join("\n");
}

export function textAsHTML(text) {
  const holder = document.createElement("div");
  for (const part of text.split(/\n\s*\n/)) {
    const lines = part.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.length) continue;
    const paragraph = document.createElement("p");
    lines.forEach((line, index) => paragraph.append(...(index ? [document.createElement("br")] : []), line));
    holder.append(paragraph);
  }
  // A few words go into the line where they are pasted.
  return holder.childElementCount === 1 ? holder.firstChild.innerHTML : holder.innerHTML;
}

function reduced(node) {
  const result = document.createDocumentFragment();
  for (const child of node.childNodes) {
    // Editors write spaces at the edges of marks as fixed ones.
    if (child.nodeType === Node.TEXT_NODE) result.append(child.textContent.replaceAll("\u00a0", " "));
    if (child.nodeType !== Node.ELEMENT_NODE || dropped.has(child.tagName.toUpperCase())) continue;
    const inside = reduced(child);
    const made = element(child);
    // Lists that a browser puts into a paragraph stand in its place.
    if (lines.has(made?.tagName) && holdsBlocks(inside)) {
      result.append(paragraphs(inside));
      continue;
    }
    made?.append(inside);
    // What isn't kept leaves its text, in a paragraph of its own if it was a block.
    const isLine = !made && child.tagName === "DIV" && !holdsBlocks(inside);
    result.append(made ?? (isLine ? wrapped([...inside.childNodes]) : inside));
  }
  return result;
}

function element(source) {
  const name = source.tagName;
  if (!kept.has(name) && !renamed[name]) return null;
  const made = document.createElement(renamed[name] ?? name.toLowerCase());
  if (name === "A") {
    const address = source.getAttribute("href")?.trim() ?? "";
    if (!/^(https?:\/\/|mailto:|\/(?!\/))/i.test(address)) return null;
    made.setAttribute("href", address);
  }
  if (name === "IMG") {
    const address = (source.getAttribute("src") ?? "").replace(location.origin, "");
    if (!/^\/media\/[\w.]+$/.test(address)) return null;
    made.setAttribute("src", address);
    made.setAttribute("alt", source.getAttribute("alt") ?? "");
  }
  for (const span of ["colspan", "rowspan"]) {
    if ((name === "TD" || name === "TH") && source.hasAttribute(span)) made.setAttribute(span, source.getAttribute(span));
  }
  return made;
}

// Words that stand between blocks become paragraphs.
function paragraphs(nodes) {
  const result = document.createDocumentFragment();
  let loose = [];
  const close = () => {
    if (loose.some((node) => node.textContent.trim() || node.localName === "img")) result.append(wrapped(loose));
    loose = [];
  };
  for (const node of [...nodes.childNodes]) {
    if (blocks.has(node.tagName)) {
      close();
      result.append(node);
    } else {
      loose.push(node);
    }
  }
  close();
  return result;
}

function wrapped(nodes) {
  const paragraph = document.createElement("p");
  paragraph.append(...nodes);
  return paragraph;
}

function holdsBlocks(nodes) {
  return [...nodes.childNodes].some((node) => blocks.has(node.tagName));
}
