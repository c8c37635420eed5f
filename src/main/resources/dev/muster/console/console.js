// Makes the console quicker to use. Everything essential works without it, except passkeys.
"use strict";

const files = document.currentScript.dataset;

// Runs something once the page has been painted. Before that, it would compete with painting.
function afterPaint(run) {
    new PerformanceObserver((_, observer) => {
        observer.disconnect();
        run();
    }).observe({ type: "paint", buffered: true });
}

function bring(file, then) {
    const script = document.createElement("script");
    script.src = file;
    script.addEventListener("load", then);
    document.head.append(script);
}

// htmx scans the whole page at startup, which takes longer than everything else here. Only pages that use it load it.
document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("[hx-get], [hx-post]")) {
        afterPaint(() => bring(files.htmx, () => {
            // Handles what was typed before htmx was loaded.
            [...document.querySelectorAll("#q, .previewed")].find((field) => field.value !== original(field))
                ?.dispatchEvent(new Event("early", { bubbles: true }));
        }));
    }
}, { once: true });

// A preference of the operator in this browser; null if none is stored.
function preference(name) {
    try {
        return JSON.parse(localStorage.getItem("muster." + name));
    } catch {
        return null;
    }
}

function prefer(name, value) {
    try {
        localStorage.setItem("muster." + name, JSON.stringify(value));
    } catch {
        // Cannot be stored, so the choice applies to this page only.
    }
}

// Shows and hides the columns of the list of users, as chosen.
function showColumns() {
    const without = preference("hidden-columns") ?? [];
    document.querySelectorAll("[data-column]").forEach((cell) => {
        cell.hidden = without.includes(cell.dataset.column);
    });
    document.querySelectorAll("[data-column-choice]").forEach((box) => {
        box.checked = !without.includes(box.dataset.columnChoice);
    });
}

document.addEventListener("DOMContentLoaded", () => {
    if (preference("hidden-columns")?.length) {
        showColumns();
    }
});
document.addEventListener("htmx:afterSwap", showColumns);
document.addEventListener("change", (event) => {
    if (event.target.dataset.columnChoice) {
        const boxes = [...document.querySelectorAll("[data-column-choice]")];
        prefer("hidden-columns", boxes.filter((box) => !box.checked).map((box) => box.dataset.columnChoice));
        showColumns();
    }
});

// Saved views: named filters of the list of users, stored separately for each environment of a tenant.
function viewsName() {
    return "views." + location.pathname.split("/").slice(0, -1).join("/");
}

function listViews(list) {
    const views = preference(viewsName()) ?? [];
    list.replaceChildren(...views.map((view) => {
        const link = document.createElement("a");
        link.className = "dropdown-item";
        link.href = location.pathname + view.filter;
        link.textContent = view.name;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn-close";
        button.setAttribute("aria-label", "Delete the view " + view.name);
        button.addEventListener("click", () => {
            prefer(viewsName(), views.filter((each) => each !== view));
            listViews(list);
        });
        const item = document.createElement("li");
        item.className = "d-flex align-items-center gap-2";
        item.append(link, button);
        return item;
    }));
    list.previousElementSibling.hidden = views.length > 0;
}

document.addEventListener("DOMContentLoaded", () => {
    const list = document.getElementById("saved-views");
    if (!list) {
        return;
    }
    listViews(list);
    document.getElementById("save-view").addEventListener("submit", (event) => {
        event.preventDefault();
        const name = event.target.elements.view.value.trim();
        const filter = new URLSearchParams(location.search);
        ["after", "before", "back", "done"].forEach((each) => filter.delete(each));
        const others = (preference(viewsName()) ?? []).filter((each) => each.name !== name);
        prefer(viewsName(), [...others, { name, filter: "?" + filter }]);
        event.target.reset();
        listViews(list);
    });
});

// Keyboard shortcuts, except while a field has the focus.
const goTo = { o: "/overview", u: "/users", j: "/journal" };
let afterG = 0;

document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const dialog = document.querySelector("dialog[open]");
    const button = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (event.key === "?" && !dialog) {
        document.getElementById("shortcuts").showModal();
    } else if (dialog) {
        return;
    } else if (event.timeStamp - afterG < 1500 && goTo[event.key]) {
        document.querySelector(`.side-nav a[href$="${goTo[event.key]}"]`)?.click();
    } else if (event.key === "g") {
        afterG = event.timeStamp;
        return;
    } else if (button?.matches("input")) {
        button.focus();
        button.select();
    } else if (button?.matches("[data-key-focuses]")) {
        // The decision is made by a second key, Enter.
        button.focus();
    } else if (button) {
        button.click();
    } else {
        return;
    }
    afterG = 0;
    event.preventDefault();
});

// For browsers that do not support command and commandfor yet.
if (!("commandForElement" in HTMLButtonElement.prototype)) {
    document.addEventListener("click", (event) => {
        const button = event.target.closest("button[commandfor]");
        const dialog = button && document.getElementById(button.getAttribute("commandfor"));
        if (dialog) {
            button.getAttribute("command") === "show-modal" ? dialog.showModal() : dialog.close();
        }
    });
}

// Closes the menu from which a dialog is opened.
document.addEventListener("click", (event) => {
    if (event.target.closest("[command=show-modal]")) {
        event.target.closest(".menu")?.hidePopover();
    }
});

// Submits forms in which a choice applies immediately, without a button.
document.addEventListener("change", (event) => {
    event.target.closest("form[data-submits-itself]")?.requestSubmit();
});

// When another option is chosen for the end, a typed time no longer counts. Captured, so that a preview that follows the form
// does not see it.
document.addEventListener("change", (event) => {
    const form = event.target.form;
    const until = event.target.name === "end" && event.target.value !== "at" && form?.elements.until;
    if (until) {
        until.value = form.elements.known ? until.defaultValue : "";
        delete until.dataset.utc;
        showField(until);
    }
}, true);

// Until a time is typed, there is nothing to preview.
document.addEventListener("htmx:beforeRequest", (event) => {
    const { end, until, do: action } = event.target.elements ?? {};
    if (end?.value === "at" && until.value === "" && action?.value !== "release") {
        event.preventDefault();
    }
});

// When a time for the end is typed, selects the option that uses it.
document.addEventListener("input", (event) => {
    if (event.target.name === "until" && event.target.form) {
        const end = event.target.form.elements.end;
        if (end) {
            end.value = event.target.value ? "at" : end.value;
        }
    }
});

// On a slow network, sending a form takes seconds. Its button shows that, and a second click does not send it again.
let sending = new WeakSet();

function showSending(button, isSending) {
    for (const attribute of ["aria-busy", "aria-disabled"]) {
        isSending ? button?.setAttribute(attribute, "true") : button?.removeAttribute(attribute);
    }
    button?.classList.toggle("btn-loading", isSending);
}

// The back button may show the page in the state in which it was left.
addEventListener("pageshow", (event) => {
    if (event.persisted) {
        sending = new WeakSet();
        document.querySelectorAll(".btn-loading").forEach((button) => showSending(button, false));
    }
});

// The value that the server gave to a field.
function original(field) {
    return field.defaultValue ?? [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0].value;
}

// Another operator changed the user while this form was being filled in. What was typed stays, with the current value beside
// it; all other fields get their current values. Sending the form again changes the current version.
function showNow(form, page) {
    const now = page.getElementById(form.closest("dialog")?.id)?.querySelector("form")?.elements;
    if (!now?.version || now.version.value === form.elements.version?.value) {
        return;
    }
    form.querySelectorAll("[data-now]").forEach((old) => old.remove());
    for (const field of form.querySelectorAll("input, select, textarea")) {
        const there = now[field.name];
        if (!(there instanceof HTMLElement) || field.type === "radio" || field.type === "checkbox") {
            continue;
        }
        const isTime = field.type === "datetime-local";
        const before = isTime ? field.dataset.utc ?? field.defaultValue : original(field);
        if (field.type === "hidden" || (isTime ? utcText(field) : field.value) === before) {
            field.value = original(there);
            delete field.dataset.utc;
            if (isTime) {
                showField(field);
            }
        } else if (original(there) !== before) {
            const text = document.createElement("p");
            text.dataset.now = "";
            text.className = "text-secondary text";
            text.textContent = "Now: " + ((isTime && isLocal ? localText(original(there)) : original(there)) || "empty");
            field.closest("label").after(text);
        }
    }
    const texts = (body) => body.querySelectorAll(".modal-body > p:not([data-now])");
    const current = texts(now.version.form);
    texts(form).forEach((text, i) => text.replaceChildren(...(current[i]?.childNodes ?? text.childNodes)));
    markTimes(form);
}

// Sends a form only once. A form in a dialog is sent without leaving the page; if it is refused, it stays open with what was
// typed, and shows why. Without this script, the page that the server returns shows that.
document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
        return;
    }
    if (sending.has(form)) {
        event.preventDefault();
        return;
    }
    sending.add(form);
    if (form.dataset.back) {
        // This page is itself the response to a form, so the browser cannot go back to it without sending that form again.
        history.replaceState(null, "", form.dataset.back);
    }
    const button = event.submitter;
    showSending(button, true);
    if (!form.closest("dialog, details")) {
        return;
    }
    event.preventDefault();
    form.querySelector(".notice")?.remove();
    try {
        const body = new URLSearchParams(new FormData(form));
        // Not form.action, which is a field of that name if the form has one.
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
        if (answer.redirected) {
            location.assign(answer.url);
            return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const notice = page.querySelector(".notice");
        if (answer.ok || !notice) {
            // Such as a page with a secret, which cannot be loaded again.
            document.body.replaceWith(document.importNode(page.body, true));
            // Scripts in a parsed document do not run until they are created anew.
            for (const inert of document.querySelectorAll("body script")) {
                const script = document.createElement("script");
                script.src = inert.src;
                inert.replaceWith(script);
            }
            document.dispatchEvent(new Event("DOMContentLoaded"));
            scrollTo(0, 0);
            return;
        }
        showNow(form, page);
        const place = form.querySelector(".modal-body") ?? form;
        place.prepend(document.importNode(notice, true));
        place.querySelector(".notice").scrollIntoView({ block: "nearest" });
    } catch {
        form.submit();
        return;
    }
    sending.delete(form);
    showSending(button, false);
});

// The checkbox at the head of a list checks all boxes below it; the bar below the list shows how many are checked.
function countChosen(table) {
    const chosen = table.querySelectorAll("tbody input[type=checkbox]:checked").length;
    const bar = document.querySelector(".chosen");
    if (bar) {
        bar.querySelector("output").value = chosen;
        bar.toggleAttribute("data-some", chosen > 0);
    }
}

function countAll() {
    document.querySelectorAll("table.users").forEach(countChosen);
}

document.addEventListener("DOMContentLoaded", countAll);
document.addEventListener("htmx:afterSwap", countAll);
document.addEventListener("change", (event) => {
    const table = event.target.closest("table");
    if (!table || event.target.type !== "checkbox") {
        return;
    }
    if (event.target.id === "all") {
        for (const box of table.querySelectorAll("tbody input[type=checkbox]")) {
            box.checked = event.target.checked;
        }
    }
    countChosen(table);
});

// Draws the chart from the table below it, which shows the same numbers without this script.
function drawChart(place) {
    const table = document.getElementById(place.dataset.table);
    const days = [...table.tBodies[0].rows].reverse();
    const column = (i) => days.map((row) => Number(row.cells[i].textContent.trim().replaceAll(",", "")));
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const text = colour("--tblr-secondary");
    const month = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });
    const date = (at) => at.getUTCDate() + " " + month.format(at);
    const size = () => ({ width: place.clientWidth - 36, height: Math.min(420, Math.max(250, place.clientWidth * 0.3)) });
    const axis = { stroke: text, grid: { stroke: colour("--tblr-border-color"), width: 1 }, ticks: { show: false } };
    const titles = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
    const colours = [colour("--tblr-link-color"), colour("--bad"), colour("--good")];
    const data = [days.map((row) => Date.parse(row.cells[0].textContent.trim() + "T00:00:00Z") / 1000), ...titles.map((_, i) => column(i + 1))];
    const chart = new uPlot({
        ...size(),
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        axes: [{ ...axis, space: 60, values: (_, days) => days.map((seconds) => date(new Date(seconds * 1000))) }, { ...axis, size: 46 }],
        scales: { y: { range: (_, __, most) => [0, Math.max(5, most * 1.1)] } },
        series: [
            { label: "Day", value: (_, seconds) => seconds == null ? "–" : new Date(seconds * 1000).toISOString().slice(0, 10) },
            ...titles.map((label, i) => ({ label, stroke: colours[i], width: 2, points: { show: false } })),
        ],
    }, data, place);
    const resize = () => chart.setSize(size());
    addEventListener("resize", resize);
    // The colours are those of the theme.
    new MutationObserver((_, observer) => {
        observer.disconnect();
        removeEventListener("resize", resize);
        chart.destroy();
        drawChart(place);
    }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}

document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector(".chart[data-table]");
    if (place) {
        afterPaint(() => {
            const style = document.createElement("link");
            style.rel = "stylesheet";
            style.href = files.uplotCss;
            document.head.append(style);
            bring(files.uplot, () => drawChart(place));
        });
    }
}, { once: true });

// Copies a secret that is shown once, if the browser allows it.
if (navigator.clipboard) {
    document.addEventListener("DOMContentLoaded", () => {
        for (const button of document.querySelectorAll("[data-copy]")) {
            button.hidden = false;
            button.addEventListener("click", async () => {
                await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
                button.querySelector("span").textContent = "Copied";
            });
        }
    });
}

// Replaces the picture of a job by a text if its evidence has none.
document.addEventListener("DOMContentLoaded", () => {
    for (const picture of document.querySelectorAll("img.evidence")) {
        const missing = () => {
            const text = document.createElement("p");
            text.className = "empty";
            text.textContent = "The evidence has no picture of the face.";
            picture.replaceWith(text);
        };
        picture.addEventListener("error", missing);
        if (picture.complete && picture.naturalWidth === 0) {
            missing();
        }
    }
});

// Submits a kept form automatically once its operator has proved their identity.
document.addEventListener("DOMContentLoaded", () => document.querySelector("form[data-resume]")?.requestSubmit());
