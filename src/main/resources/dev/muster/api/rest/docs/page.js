// The page reads the same without this file. With it, it can be searched and examples can be copied.
"use strict";

// Copying. Browsers give pages access to the clipboard only over https or on localhost; otherwise the text is selected.
async function copy(pre, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = "Copied";
  } catch {
    const range = document.createRange();
    range.selectNodeContents(pre);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}

for (const example of document.querySelectorAll(".example")) {
  const caption = example.querySelector("figcaption");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(example.querySelector("pre"), button));
  caption.append(button);
}

// The table of contents: beside the text if there is room for both, else collapsed.
const contents = document.querySelector(".contents");
const wide = matchMedia("(min-width: 64rem)");
const arrange = () => { contents.open = wide.matches; };
arrange();
wide.addEventListener("change", arrange);
contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) {
    contents.open = false;
  }
});

// Marks the section that is being read.
const links = new Map([...contents.querySelectorAll("li a")].map((link) => [link.hash.slice(1), link]));
const seen = new Set();
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    seen[entry.isIntersecting ? "add" : "delete"](entry.target);
  }
  const [first] = [...seen].sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top);
  if (!first) {
    return;
  }
  for (const [id, link] of links) {
    if (id === first.id) {
      link.setAttribute("aria-current", "true");
      // Scrolls only the table of contents, not the page.
      if (wide.matches) {
        const top = link.offsetTop - contents.offsetTop;
        if (top < contents.scrollTop || top > contents.scrollTop + contents.clientHeight - 60) {
          contents.scrollTop = top - contents.clientHeight / 3;
        }
      }
    } else {
      link.removeAttribute("aria-current");
    }
  }
}, { rootMargin: "-72px 0px -60% 0px" });
for (const id of links.keys()) {
  const part = document.getElementById(id);
  if (part) {
    watch.observe(part);
  }
}

// The search.
const input = document.getElementById("q");
const list = document.getElementById("found");
const MOST = 30;
let index;
let chosen = -1;

function simplified(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function makeIndex() {
  return [...document.querySelectorAll("[data-search]")].map((part) => ({
    id: part.id,
    title: part.dataset.search,
    detail: part.dataset.detail,
    head: simplified(part.dataset.search + " " + part.dataset.detail + " " + part.id),
    text: simplified(part.textContent),
  }));
}

function find(text) {
  index ??= makeIndex();
  const words = simplified(text).split(/\s+/).filter(Boolean);
  const among = (where) => (part) => words.every((word) => part[where].includes(word));
  // A path that was typed in full comes before longer ones: /v1/me before /v1/me/password.
  const isExact = (part) => words.every((word) => simplified(part.detail).split(/\s+/).includes(word));
  const head = index.filter(among("head"));
  const inHead = [...head.filter(isExact), ...head.filter((part) => !isExact(part))];
  return [...inHead, ...index.filter((part) => !inHead.includes(part)).filter(among("text"))].slice(0, MOST);
}

function show() {
  const text = input.value.trim();
  list.replaceChildren();
  chosen = -1;
  if (text) {
    const found = find(text);
    for (const [i, part] of found.entries()) {
      const item = document.createElement("li");
      item.id = "found-" + i;
      item.role = "option";
      item.dataset.target = part.id;
      const detail = document.createElement("span");
      detail.textContent = part.detail;
      item.append(part.title, detail);
      list.append(item);
    }
    if (found.length === 0) {
      const none = document.createElement("li");
      none.className = "none";
      none.role = "option";
      none.setAttribute("aria-disabled", "true");
      none.textContent = "Nothing found";
      list.append(none);
    } else {
      choose(0);
    }
  }
  open(Boolean(text));
}

function open(shown) {
  list.hidden = !shown;
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) {
    input.removeAttribute("aria-activedescendant");
  }
}

function choose(which) {
  const items = list.querySelectorAll("[data-target]");
  if (items.length === 0) {
    return;
  }
  chosen = (which + items.length) % items.length;
  for (const [i, item] of items.entries()) {
    item.setAttribute("aria-selected", String(i === chosen));
  }
  input.setAttribute("aria-activedescendant", items[chosen].id);
  items[chosen].scrollIntoView({ block: "nearest" });
}

function go(item) {
  if (!item?.dataset.target) {
    return;
  }
  open(false);
  input.blur();
  location.hash = item.dataset.target;
  document.getElementById(item.dataset.target).scrollIntoView();
}

document.querySelector(".search").hidden = false;
input.addEventListener("input", show);
input.addEventListener("focus", () => { if (input.value.trim()) { show(); } });
input.addEventListener("blur", () => open(false));
// Before the field loses the focus, which would close the list.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("click", (event) => go(event.target.closest("li")));
input.addEventListener("keydown", (event) => {
  switch (event.key) {
    case "ArrowDown": choose(chosen + 1); break;
    case "ArrowUp": choose(chosen - 1); break;
    case "Enter": go(list.querySelectorAll("[data-target]")[chosen]); break;
    case "Escape":
      input.value = "";
      open(false);
      input.blur();
      break;
    default: return;
  }
  event.preventDefault();
});

// A slash goes to the search, unless the reader is typing.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && event.target !== input) {
    event.preventDefault();
    input.focus();
    input.select();
  }
});
