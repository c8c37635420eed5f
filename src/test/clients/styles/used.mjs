// Prints the rules of a style sheet that the console can use, without the others.
//
// usage: node used.mjs STYLESHEET PROJECT
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";

const [, , styleSheet, project] = process.argv;
const templates = join(project, "src/main/jte");
const sources = join(project, "src/main/java/dev/muster/console");
const files = join(project, "src/main/resources/dev/muster/console");

function read(folder, extension) {
    return readdirSync(folder, { recursive: true })
        .filter((file) => file.endsWith(extension))
        .sort()
        .map((file) => readFileSync(join(folder, file), "utf8"));
}

// Of the Java sources only the string literals count, so that comments may use any word.
const literals = (source) => (source.match(/"""[^]*?"""|"(?:[^"\\\n]|\\.)*"/g) ?? []).join("\n");
const scripts = read(files, ".js");
const texts = [...read(templates, ".jte"), ...scripts, ...read(sources, ".java").map(literals)];

// Colours and sizes of the style sheet that the console's own style sheet and scripts use.
const variables = [...scripts, readFileSync(join(files, "console.css"), "utf8")]
    .flatMap((text) => text.match(/--tblr-[\w-]+/g) ?? []);
const users = `body { color: ${variables.map((name) => `var(${name})`).join(" ")} }`;

const [, used] = await new PurgeCSS().purge({
    content: texts.map((raw) => ({ raw, extension: "txt" })),
    css: [{ raw: users }, { raw: readFileSync(styleSheet, "utf8") }],
    // Attributes that scripts or the browser set.
    dynamicAttributes: ["data-bs-theme", "disabled", "hidden", "readonly", "aria-expanded", "aria-current", "aria-disabled"],
    variables: true,
    keyframes: true,
    fontFace: true,
});
// Of the comments, only the licence ("/*!") stays.
let css = used.css.replace(/\/\*(?!!)[^]*?\*\/\n*/g, "").trimEnd() + "\n";

// Rules for the pseudo-elements of every element make browsers compute several styles for each: a third of all styles on
// long pages. The console does without them, or sets them at the root, which passes them on.
function change(before, after) {
    if (!css.match(before)) {
        throw new Error("The style sheet no longer has " + before);
    }
    css = css.replaceAll(before, after);
}

change(/^\*,\n\*::before,\n\*::after \{/gm, "* {");
change(/^\* \{\n {2}scrollbar-color/gm, ":root {\n  scrollbar-color");
// Browsers that know scrollbar-color ignore these.
change(/^@media [^{]*\{\n {2}\S*::-webkit-scrollbar \{[^}]*\}\n\}\n/gm, "");
change(/^\S*::-webkit-scrollbar[\w-]* \{[^}]*\}\n+/gm, "");
change(/^::-moz-selection \{[^}]*\}\n/gm, "");
change(/^::selection \{/gm, ":root::selection {");

process.stdout.write(css);
