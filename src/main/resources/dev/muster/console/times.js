// The server writes and reads times in UTC. Operators see and enter local time, unless they prefer UTC; the other form is
// shown on hover. Needs console.js.
"use strict";

// Making a format takes milliseconds, so a page makes one only if it shows times.
const formats = {};

function formatted(at, timeZone) {
    formats[timeZone] ??= new Intl.DateTimeFormat("en-GB", {
        day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short", timeZone,
    });
    return formats[timeZone].format(at).replace(",", "");
}

const livesInUtc = [0, 6].every((month) => new Date(new Date().getFullYear(), month).getTimezoneOffset() === 0);
let isLocal = preference("local-time") !== false && !livesInUtc;

function showTime(time) {
    const local = livesInUtc ? time.dataset.utc : formatted(new Date(time.dateTime));
    time.textContent = isLocal ? local : time.dataset.utc;
    time.title = isLocal ? time.dataset.utc : local;
}

// Turns the times in the text of a page into time elements, including those within sentences.
function markTimes(root) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        if (/\d UTC/.test(texts.currentNode.data) && !texts.currentNode.parentElement.closest("textarea, script, time")) {
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
            time.dataset.utc = part;
            showTime(time);
            return time;
        }));
    }
}

// Fields for times. A field that is not edited is sent exactly as the server wrote it, even in the hour that occurs twice when
// clocks are put back.

function localText(utc) {
    const at = new Date(utc + "Z");
    const pad = (number) => String(number).padStart(2, "0");
    return isNaN(at) ? utc : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
        + `T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

function utcText(field) {
    if (field.dataset.utc === undefined || field.value === "") {
        return field.value;
    }
    const at = new Date(field.value);
    return field.value === field.dataset.local || isNaN(at) ? field.dataset.utc : at.toISOString().slice(0, 16);
}

function showField(field) {
    if (!isLocal) {
        // Setting a value takes long, even the same one.
        if (field.dataset.utc !== undefined) {
            field.value = utcText(field);
            delete field.dataset.utc;
        }
    } else if (field.dataset.utc === undefined) {
        // After going back, browsers restore what was typed, which is already local time.
        const isRestored = field.value !== field.defaultValue && document.readyState !== "complete";
        field.dataset.utc = isRestored ? field.defaultValue : field.value;
        field.dataset.local = localText(field.dataset.utc);
        field.value = isRestored ? field.value : field.dataset.local;
    }
    field.ariaLabel = field.ariaLabel?.replace(/UTC|local time/, isLocal ? "local time" : "UTC") ?? null;
}

document.addEventListener("formdata", (event) => {
    for (const field of event.target.elements) {
        if (field.type === "datetime-local" && event.formData.has(field.name)) {
            event.formData.set(field.name, utcText(field));
        }
    }
});

function showZone() {
    document.querySelectorAll("input[type=datetime-local]").forEach(showField);
    const zone = isLocal ? "local time" : "UTC";
    document.querySelectorAll("[data-zone]").forEach((name) => {
        if (name.textContent !== zone) {
            name.textContent = zone;
        }
    });
    const choice = document.getElementById("zone");
    if (choice) {
        choice.textContent = isLocal ? "Show times in UTC" : "Show times in local time";
        choice.hidden = livesInUtc;
    }
}

document.addEventListener("DOMContentLoaded", () => {
    // What the server wrote stays as it is, unless times are local: then it changes before it is seen.
    isLocal ? markTimes(document.body) : afterPaint(() => markTimes(document.body));
    showZone();
    document.getElementById("zone")?.addEventListener("click", () => {
        isLocal = !isLocal;
        prefer("local-time", isLocal);
        document.querySelectorAll("time[data-utc]").forEach(showTime);
        showZone();
        document.getElementById("me").hidePopover();
    });
});
// A printed page says when it was printed; without scripts, when it was loaded.
addEventListener("beforeprint", () => {
    const printed = document.getElementById("printed");
    if (printed) {
        const time = document.createElement("time");
        time.dateTime = new Date().toISOString();
        time.dataset.utc = formatted(new Date(), "UTC");
        showTime(time);
        printed.replaceChildren("printed ", time);
    }
});
document.addEventListener("htmx:afterSwap", (event) => markTimes(event.target));
