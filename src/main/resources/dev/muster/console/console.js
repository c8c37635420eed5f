// Everything works without this file; with it, some of it is quicker.
"use strict";

// htmx reads the whole page before it begins, which takes longer than all else that is done here: so it comes once the
// page has been painted, and only to pages that have something for it to do.
const addressOfHtmx = document.currentScript.dataset.htmx;

function bringHtmx() {
    const script = document.createElement("script");
    script.src = addressOfHtmx;
    script.addEventListener("load", () => {
        // What was typed before it was there.
        const search = document.getElementById("q");
        if (search && search.value !== search.defaultValue) {
            search.dispatchEvent(new Event("change", { bubbles: true }));
        }
    });
    document.head.append(script);
}

addEventListener("load", () => {
    if (document.querySelector("[hx-get]")) {
        requestAnimationFrame(() => setTimeout(bringHtmx));
    }
});

// Times stand in UTC, also within sentences; what it was where the reader is shows on hover.
function localTimes(root) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        if (/\d UTC/.test(texts.currentNode.data) && !texts.currentNode.parentElement.closest("textarea, script")) {
            found.push(texts.currentNode);
        }
    }
    for (const text of found) {
        const parts = text.data.split(/(\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2} UTC)/);
        text.replaceWith(...parts.map((part, i) => {
            const at = new Date(part);
            if (i % 2 === 0 || isNaN(at)) {
                return part;
            }
            const time = document.createElement("time");
            time.dateTime = at.toISOString();
            time.title = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
            time.textContent = part;
            return time;
        }));
    }
}

document.addEventListener("DOMContentLoaded", () => localTimes(document.body));
document.addEventListener("htmx:afterSwap", (event) => localTimes(event.target));

// A slash goes to the search, unless somebody is typing.
document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    event.preventDefault();
    const search = document.getElementById("q");
    if (search) {
        search.focus();
        search.select();
    } else {
        const users = document.querySelector("header nav a[href$='/users']");
        if (users) {
            location.assign(users.href + "#q");
        }
    }
});

document.addEventListener("DOMContentLoaded", () => {
    if (location.hash === "#q") {
        document.getElementById("q")?.focus();
    }
});

// A form that is refused keeps what was typed, and says above itself why. Without this, the page that the server
// answers with says it.
document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.closest("details") || form.closest(".me") || "whole" in form.dataset) {
        return;
    }
    event.preventDefault();
    const button = event.submitter;
    button?.setAttribute("disabled", "");
    form.querySelector(":scope > .notice")?.remove();
    try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.action, { method: "POST", body });
        if (answer.redirected) {
            location.assign(answer.url);
            return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const notice = page.querySelector(".notice");
        if (answer.ok || !notice) {
            form.submit();
            return;
        }
        form.prepend(document.importNode(notice, true));
        form.querySelector(".notice").scrollIntoView({ block: "nearest" });
    } catch {
        form.submit();
        return;
    }
    button?.removeAttribute("disabled");
});

// The box at the head of a list stands for all boxes below it.
document.addEventListener("change", (event) => {
    if (event.target.id === "all") {
        for (const box of event.target.closest("table").querySelectorAll("tbody input[type=checkbox]")) {
            box.checked = event.target.checked;
        }
    }
});

// A form that waited until its operator had proven who they are is sent on by itself.
document.addEventListener("DOMContentLoaded", () => document.querySelector("form[data-resume]")?.requestSubmit());
