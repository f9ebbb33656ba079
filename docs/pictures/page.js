// In the browser: lays a message out with Discord's components for the web.
//
// The components know no Components V2, so their text displays, separators, sections and
// containers are laid out here, as page.css has them. Bold and italics are the browser's own:
// Discord's put a space behind them.

import "@fontsource/noto-sans/latin-400.css";
import "@fontsource/noto-sans/latin-500.css";
import "@fontsource/noto-sans/latin-600.css";
import "@fontsource/noto-sans/latin-700.css";
import "@fontsource/noto-sans/latin-ext-400.css";
import "@skyra/discord-components-core";
import markdownParser, { rulesExtended } from "discord-markdown-parser";

import "./page.css";

const parse = markdownParser.default;

const ACTION_ROW = 1;
const BUTTON = 2;
const TEXT_INPUT = 4;
const SECTION = 9;
const TEXT_DISPLAY = 10;
const SEPARATOR = 14;
const CONTAINER = 17;
const LABEL = 18;

const BUTTONS = { 1: "primary", 2: "secondary", 3: "success", 4: "destructive", 5: "secondary" };
const AT = "20:15";
const COLOURS = { ada: "#9b59b6", ben: "#1f8b4c", olga: "#c27c0e", footnote: "#2f4b7c" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function avatar(name) {
  const [letter, across, down, size] =
    name === "footnote" ? ["1", 22, 26, 22] : [name[0].toUpperCase(), 20, 27, 20];
  const mark = name === "footnote" ? '<path d="M10 31h20" stroke="#fff" stroke-width="2"/>' : "";
  return `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">
    <rect width="40" height="40" fill="${COLOURS[name] ?? "#5865f2"}"/>${mark}
    <text x="${across}" y="${down}" font-family="Noto Sans, sans-serif" font-size="${size}"
     font-weight="600" fill="#fff" text-anchor="middle">${letter}</text></svg>`,
  )}`;
}

// Markdown.

function date(found) {
  const moment = new Date(Number(found.timestamp) * 1000);
  const styles = {
    D: { dateStyle: "long" },
    d: { dateStyle: "short" },
    t: { timeStyle: "short" },
    F: { dateStyle: "full", timeStyle: "short" },
  };
  const how = styles[found.format] ?? { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat("en-GB", { ...how, timeZone: "UTC" }).format(moment);
}

const NODES = {
  text: (node) => node.content,
  escape: (node) => node.content,
  br: () => make("br"),
  newline: () => make("br"),
  strong: (node) => make("strong", {}, ...inline(node.content)),
  em: (node) => make("em", {}, ...inline(node.content)),
  strikethrough: (node) => make("s", {}, ...inline(node.content)),
  underline: (node) => make("u", {}, ...inline(node.content)),
  inlineCode: (node) => make("discord-code", {}, node.content),
  timestamp: (node) => make("discord-time", {}, date(node)),
  link: (node) => make("discord-link", { href: node.target }, ...inline(node.content)),
  url: (node) => make("discord-link", { href: node.target }, ...inline(node.content)),
  slashCommand: (node) => mention("slash", node.fullName),
  channel: (node) => mention("channel", node.id),
};

function mention(type, name) {
  return make("discord-mention", { type }, name);
}

// The tour names channels, and who is mentioned, as Discord shows them.
rulesExtended.channel.match = (source) => /^<#([^>]+)>/.exec(source);

function spoken(said) {
  const [, called, rest] = /^(@footnote)?(.*)$/s.exec(said);
  return [called ? mention("user", called.slice(1)) : "", ...inline(parse(rest, "extended"))];
}

function inline(content) {
  if (typeof content === "string") return [content];
  return (Array.isArray(content) ? content : [content]).map((node) => {
    const lay = NODES[node.type];
    if (!lay) throw new Error(`no layout for Markdown of type ${node.type}`);
    return lay(node);
  });
}

// Discord's blocks are lines: a heading, small print, a quote (of lines that have a space
// behind their ">", and may be headings or small print themselves), or text. Within them the
// parser knows its way.
const BLOCKS = [
  [/^(#{1,3}) +/, (inner, found) => make("discord-header", { level: found[1].length }, ...inner)],
  [/^-# +/, (inner) => make("discord-subscript", {}, ...inner)],
];
const QUOTE = /^> +/;

function block(line) {
  for (const [pattern, lay] of BLOCKS) {
    const found = pattern.exec(line);
    if (found) return lay(inline(parse(line.replace(pattern, ""), "extended")), found);
  }
  return make("div", { class: "line" }, ...inline(parse(line, "extended")));
}

function text(content) {
  const box = make("div", { class: "text" });
  for (const line of content.split("\n")) {
    if (!QUOTE.test(line)) {
      box.append(block(line));
      continue;
    }
    if (box.lastElementChild?.localName !== "discord-quote") box.append(make("discord-quote"));
    box.lastElementChild.append(block(line.replace(QUOTE, "")));
  }
  return box;
}

// Components.

function button(part) {
  const type = BUTTONS[part.style];
  return make("discord-button", { type, url: part.url, disabled: part.disabled }, part.label);
}

function control(part) {
  if (part.type === BUTTON) return button(part);
  return make("discord-string-select-menu", { placeholder: part.placeholder ?? "" });
}

function component(part) {
  switch (part.type) {
    case ACTION_ROW:
      return make("discord-action-row", {}, ...part.components.map(control));
    case TEXT_DISPLAY:
      return text(part.content);
    case SEPARATOR: {
      const line = part.divider === false ? "" : " line";
      return make("div", { class: `separator${line}${part.spacing === 2 ? " large" : ""}` });
    }
    case SECTION: {
      const texts = make("div", {}, ...part.components.map(component));
      // The components want every control in a row.
      const beside = make("discord-action-row", {}, control(part.accessory));
      return make("div", { class: "section" }, texts, beside);
    }
    case CONTAINER: {
      const box = make("div", { class: "container" }, ...part.components.map(component));
      if (part.accent_color != null) {
        box.style.borderLeftColor = `#${part.accent_color.toString(16).padStart(6, "0")}`;
        box.classList.add("accented");
      }
      return box;
    }
    default:
      throw new Error(`no layout for a component of type ${part.type}`);
  }
}

// Messages and modals.

function message({ deed, shown }) {
  const said = make(
    "discord-message",
    { author: deed.who, avatar: avatar(deed.who), timestamp: AT },
    ...spoken(deed.said ?? ""),
  );
  const reply = { slot: "reply", author: deed.who, avatar: avatar(deed.who) };
  const above = deed.said
    ? make("discord-reply", reply, ...spoken(deed.said))
    : deed.command
      ? make("discord-command", { ...reply, command: deed.command })
      : "";
  const answer = make(
    "discord-message",
    {
      author: "Footnote",
      avatar: avatar("footnote"),
      bot: true,
      timestamp: AT,
      ephemeral: Boolean(shown.only_for),
    },
    above,
    make(
      "div",
      { class: "v2" },
      shown.content ? text(shown.content) : "",
      ...shown.components.map(component),
    ),
  );
  return deed.said ? [said, answer] : [answer];
}

function input(part) {
  const field = part.component ?? part;
  if (field.type !== TEXT_INPUT) throw new Error(`no layout for an input of type ${field.type}`);
  return make("discord-input-text", {
    type: field.style === 2 ? "paragraph" : "short",
    label: part.label,
    placeholder: field.placeholder ?? "",
    required: field.required ?? true,
    "max-length": field.max_length,
    "default-value": field.value,
  });
}

function modal({ shown }) {
  const fields = shown.components.map((part) => {
    if (part.type === TEXT_DISPLAY) return text(part.content);
    return input(part.type === LABEL ? part : part.components[0]);
  });
  return make(
    "discord-modal",
    { author: "Footnote", avatar: avatar("footnote"), "modal-title": shown.modal },
    ...fields,
  );
}

window.draw = async (what, theme, height) => {
  const light = theme === "light";
  const sheet = make("div", { id: "picture", class: theme });
  document.body.className = theme;
  sheet.classList.toggle("ephemeral", Boolean(what.shown.only_for));
  if (height) {
    sheet.style.maxHeight = `${height}px`;
    sheet.classList.add("cropped");
  }
  document.body.replaceChildren(sheet);
  if (what.shown.modal) {
    const form = modal(what);
    if (light) form.setAttribute("light-theme", "");
    sheet.append(form);
    await form.updateComplete;
    form.shadowRoot.querySelector(".discord-modal-box").style.display = "flex";
    form.shadowRoot.querySelector("dialog").showModal();
  } else {
    sheet.append(make("discord-messages", { "light-theme": light, "no-background": true }, ...message(what)));
  }
  // The components know it in the dark theme only.
  for (const command of light ? sheet.querySelectorAll("discord-command") : []) {
    await command.updateComplete;
    const name = command.shadowRoot.querySelector(".discord-slash-command-name");
    name.style.color = "#3b49c4";
    name.style.backgroundColor = "#e4e7fd";
  }
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode()));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
};
