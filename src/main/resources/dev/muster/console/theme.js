// Applies the light or dark theme of the system, and tells the style sheet that scripts run. Runs before the page is painted,
// so that the page neither flashes nor changes.
"use strict";

document.documentElement.dataset.scripted = "";

// What no one sees at first, such as the options of a long list and what is below the window, is left out of the first paint.
// Where the page is about to be scrolled, nothing is left out.
const isScrolled = location.hash || performance.getEntriesByType("navigation")[0]?.type !== "navigate";
if (!isScrolled && PerformanceObserver.supportedEntryTypes?.includes("paint")) {
    document.documentElement.dataset.unpainted = "";
    new PerformanceObserver((_, observer) => {
        observer.disconnect();
        delete document.documentElement.dataset.unpainted;
    }).observe({ type: "paint", buffered: true });
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
}

applyTheme();
// Paper is light.
addEventListener("beforeprint", () => {
    document.documentElement.dataset.bsTheme = "light";
});
addEventListener("afterprint", applyTheme);
dark.addEventListener("change", applyTheme);
