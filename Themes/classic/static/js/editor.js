// Rich text over a textarea. The textarea stays what is sent: without this script its HTML is edited as text. What is typed or
// pasted is reduced to what the shop keeps; the server does so once more, whatever comes.
import { cleaned, html, textAsHTML } from "./markup.js";

const words = document.getElementById("editor-words")?.dataset ?? {};

// Name, its mark or icon, the command and its value.
const tools = [
  ["bold", "B", "bold"], ["italic", "I", "italic"],
  ["heading", "H2", "formatBlock", "h2"], ["subheading", "H3", "formatBlock", "h3"], ["text", "¶", "formatBlock", "p"],
  ["bullets", "•", "insertUnorderedList"], ["numbers", "1.", "insertOrderedList"],
  ["quote", "“", "formatBlock", "blockquote"],
  ["link", "#link", "link"], ["picture", "#camera", "picture"],
  ["undo", "↶", "undo"], ["redo", "↷", "redo"], ["source", "</>", "source"],
];

export function editors() {
  document.execCommand("defaultParagraphSeparator", false, "p");
  document.execCommand("styleWithCSS", false, false);
  document.querySelectorAll("textarea[data-rich]").forEach((area) => new Editor(area));
}

class Editor {
  constructor(area) {
    this.area = area;
    this.text = element("div", { class: "rich prose", contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-labelledby": `${area.id}-label`, lang: area.lang });
    const described = area.getAttribute("aria-describedby");
    if (described) this.text.setAttribute("aria-describedby", described);
    if (area.getAttribute("aria-invalid")) this.text.setAttribute("aria-invalid", "true");
    this.bar = element("div", { class: "rich-bar", role: "toolbar", "aria-label": words.toolbar, "aria-controls": area.id });
    this.rows = { link: this.linkRow(), picture: this.pictureRow() };
    for (const [name, mark, command, value] of tools) this.bar.append(this.button(name, mark, command, value));
    this.bar.firstChild.tabIndex = 0;
    const frame = element("div", { class: "rich-frame" });
    frame.append(this.bar, this.rows.link, this.rows.picture, this.text);
    area.before(frame);
    area.hidden = true;
    this.read();
    this.listen();
  }

  listen() {
    document.querySelector(`label[for="${this.area.id}"]`)?.addEventListener("click", () => this.text.focus());
    this.text.addEventListener("input", () => this.write());
    this.area.form?.addEventListener("submit", () => this.area.hidden && this.write());
    this.text.addEventListener("paste", (event) => this.paste(event));
    this.text.addEventListener("drop", (event) => {
      const file = [...event.dataTransfer.files].find((one) => one.type.startsWith("image/"));
      if (!file) return;
      event.preventDefault();
      this.send(file, "");
    });
    this.text.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "k") {
        event.preventDefault();
        this.open("link");
      } else if (event.altKey && event.key === "F10") {
        event.preventDefault();
        this.bar.querySelector("[tabindex='0']").focus();
      }
    });
    this.bar.addEventListener("keydown", (event) => this.walk(event));
    document.addEventListener("selectionchange", () => this.mark());
  }

  // One stop for the Tab key; arrows go from button to button.
  walk(event) {
    const buttons = [...this.bar.children];
    const index = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") this.text.focus();
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  }

  button(name, mark, command, value) {
    const button = element("button", { type: "button", class: `rich-${name}`, title: words[name], "aria-label": words[name], tabindex: "-1" }, mark.startsWith("#") ? icon(mark) : mark);
    button.dataset.command = command;
    if (value) button.dataset.value = value;
    // The selection stays in the text.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.run(command, value));
    return button;
  }

  run(command, value) {
    if (command === "source") return this.source();
    if (this.rows[command]) return this.open(command);
    this.focus();
    const isQuote = value === "blockquote" && this.block() === "blockquote";
    const { anchorOffset, isCollapsed } = getSelection();
    document.execCommand(isQuote ? "outdent" : command, false, value ? `<${value}>` : null);
    // Making a list moves the cursor to the beginning of its line.
    const line = getSelection().anchorNode;
    if (command.endsWith("List") && isCollapsed && line?.nodeType === Node.TEXT_NODE) {
      getSelection().collapse(line, Math.min(anchorOffset, line.length));
    }
    this.write();
    this.mark();
  }

  // The textarea itself, and back.
  source() {
    const isShown = this.area.hidden;
    if (isShown) this.write();
    else this.read();
    this.area.hidden = !isShown;
    this.text.hidden = isShown;
    this.bar.querySelector(".rich-source").setAttribute("aria-pressed", String(isShown));
    (isShown ? this.area : this.text).focus();
  }

  read() {
    this.text.replaceChildren(cleaned(this.area.value));
    if (!this.text.firstChild) this.text.append(element("p", {}, element("br", {})));
  }

  write() {
    const value = html(this.text);
    if (value === this.area.value) return;
    this.area.value = value;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  mark() {
    if (!this.text.contains(getSelection().anchorNode)) return;
    this.range = getSelection().rangeCount ? getSelection().getRangeAt(0).cloneRange() : null;
    const block = this.block();
    for (const button of this.bar.children) {
      const { command, value } = button.dataset;
      if (["link", "picture", "undo", "redo", "source"].includes(command)) continue;
      const isOn = value ? block === value : document.queryCommandState(command);
      button.setAttribute("aria-pressed", String(isOn));
    }
  }

  block() {
    const node = getSelection().anchorNode;
    const inner = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement;
    return inner?.closest(".rich blockquote, .rich h2, .rich h3, .rich p")?.localName;
  }

  // Back to where the cursor was before a field beside the text had the focus.
  focus() {
    if (document.activeElement === this.text) return;
    this.text.focus();
    if (!this.range) return;
    getSelection().removeAllRanges();
    getSelection().addRange(this.range);
  }

  insert(markup) {
    this.focus();
    document.execCommand("insertHTML", false, markup);
    this.write();
  }

  paste(event) {
    const data = event.clipboardData;
    const file = [...data.files].find((one) => one.type.startsWith("image/"));
    event.preventDefault();
    if (file && !data.getData("text/html")) return this.send(file, "");
    const rich = data.getData("text/html");
    const holder = element("div", {});
    if (rich) holder.append(cleaned(rich));
    this.insert(rich ? holder.innerHTML : textAsHTML(data.getData("text/plain")));
  }

  open(name) {
    this.mark();
    for (const [other, row] of Object.entries(this.rows)) row.hidden = other !== name || !row.hidden;
    const row = this.rows[name];
    if (row.hidden) return this.focus();
    const anchor = this.range?.startContainer.parentElement?.closest("a");
    if (name === "link") row.querySelector("input").value = anchor?.getAttribute("href") ?? "";
    row.querySelector("input, select").focus();
  }

  linkRow() {
    const address = element("input", { type: "text", inputmode: "url", maxlength: "500", placeholder: "/c/… https://…" });
    const go = () => {
      this.focus();
      if (address.value.trim()) document.execCommand("createLink", false, address.value.trim());
      this.done("link");
    };
    const drop = () => {
      this.focus();
      document.execCommand("unlink");
      this.done("link");
    };
    return this.row("link", [labelled(words.address, address)], [[words.insert, go], [words.unlink, drop]]);
  }

  pictureRow() {
    const chosen = element("select", {}, element("option", { value: "" }, "–"));
    const kept = document.getElementById("editor-pictures");
    if (kept) chosen.append(kept.content.cloneNode(true));
    const file = element("input", { type: "file", accept: "image/jpeg,image/png,image/webp" });
    const alternative = element("input", { type: "text", maxlength: "200" });
    const go = () => {
      if (file.files[0]) this.send(file.files[0], alternative.value);
      else if (chosen.value) this.show(chosen.value, alternative.value || chosen.selectedOptions[0].textContent);
      file.value = alternative.value = "";
      this.done("picture");
    };
    // Where none can be sent from here, those that are there already are chosen.
    const sent = words.pictures ? [labelled(words.picture, file)] : [];
    const fields = [labelled(words.choose, chosen), ...sent, labelled(words.alternative, alternative)];
    return this.row("picture", fields, [[words.insert, go]]);
  }

  row(name, fields, actions) {
    const row = element("div", { class: "rich-row", hidden: "" });
    row.append(...fields);
    for (const [text, act] of [...actions, [words.cancel, () => this.done(name)]]) {
      const button = element("button", { type: "button", class: "button second small" }, text);
      button.addEventListener("click", act);
      row.append(button);
    }
    row.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.done(name);
      if (event.key !== "Enter" || event.target.localName === "button") return;
      // Enter would send the form around.
      event.preventDefault();
      actions[0][1]();
    });
    return row;
  }

  done(name) {
    this.rows[name].hidden = true;
    this.write();
    this.focus();
  }

  show(address, alternative) {
    const picture = element("img", { src: address, alt: alternative });
    this.insert(picture.outerHTML);
  }

  async send(file, alternative) {
    if (!words.pictures) return say(words.failed, this.bar);
    say(words.sending);
    const body = new FormData();
    body.append("picture", file);
    body.append(this.area.lang === "en" ? "alternativeEn" : "alternativeZh", alternative);
    try {
      const answer = await fetch(words.pictures, { method: "POST", body, headers: { accept: "application/json" } });
      const kept = await answer.json();
      if (!answer.ok) return say(kept.refusal ?? words.failed, this.bar);
      say("");
      this.show(kept.address, alternative);
    } catch {
      say(words.failed, this.bar);
    }
  }
}

// Heard by those who don't see, and beside the toolbar when something went wrong.
function say(text, beside) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
  document.querySelectorAll(".rich-said").forEach((old) => old.remove());
  if (beside && text) beside.after(element("p", { class: "rich-said fault" }, text));
}

function icon(mark) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  drawn.firstChild.setAttribute("href", `/static/icons.svg${mark}`);
  return drawn;
}

function labelled(text, field) {
  return element("label", {}, element("span", {}, text), field);
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}
