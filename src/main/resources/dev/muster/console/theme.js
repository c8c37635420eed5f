// Light or dark, as the system is. Runs before the page is painted, so that it does not flash.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
}

applyTheme();
dark.addEventListener("change", applyTheme);
