// Nothing that browsers load is dead: no export without an importer, no method without a caller, no style rule without
// something to style, and no class, attribute or message of a template that nothing reads.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (...patterns) => globSync(patterns, { cwd: ROOT }).map((path) => [path, readFileSync(join(ROOT, path), "utf8")]);
const textOf = (files) => files.map(([, text]) => text).join("\n");
const matches = (text, pattern, group = 1) => [...text.matchAll(pattern)].map((match) => match[group]);
const words = (texts) => new Set(texts.join(" ").split(/[\s{}%"'<>=()]+/));

const modules = new Map(read("static/js/**/*.js").map(([path, text]) => [path, text.replace(/^\s*\/\/.*$/gm, "")]));
const scripts = [...modules.values()].join("\n");
const styles = textOf(read("static/css/*.css")).replace(/\/\*.*?\*\//gs, "");
const templates = textOf(read("templates/**/*.html")).replace(/\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}/gs, "");
const python = textOf(read("{accounts,groups,posts,secureblogs}/**/*.py"));
const tests = textOf(read("tests/**/*.py", "tests/js/elements/*.js"));

// What Django's form fields render.
const WIDGETS = {
  tags: "input textarea select label div fieldset legend".split(" "),
  attributes: ['type="radio"', 'type="checkbox"', 'aria-invalid="true"'],
};
const CALLED_BY_BROWSERS = "constructor connectedCallback disconnectedCallback".split(" ");
const ENTRANCES = /app\.js$|_worker\.js$/;

/** [path, names] of each import in a module. Behind `import *` and `import()` any name may be meant that occurs. */
function importsOf([path, text]) {
  const at = (address) => join(dirname(path), address);
  return [
    ...[...text.matchAll(/import \{([^}]*)\} from "([^"]+)"/g)].map(([, names, from]) => [at(from), names]),
    ...[...text.matchAll(/import \* as (\w+) from "([^"]+)"/g)].map(([, alias, from]) => {
      return [at(from), matches(text, new RegExp(`\\b${alias}\\.(\\w+)`, "g")).join(" ")];
    }),
    ...matches(text, /import\("([^"]+)"\)/g).map((from) => [at(from), text]),
    ...matches(text, /import "([^"]+)"/g).map((from) => [at(from), ""]),
  ];
}

/** The selectors of all style rules, without what stands in their braces. */
const selectors = matches(styles.replace(/@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}/g, ""), /([^{};]+)\{/g)
  .map((prelude) => prelude.trim())
  .filter((prelude) => !prelude.startsWith("@"));

const classesInTemplates = words(matches(templates.replace(/\{%.*?%\}|\{\{.*?\}\}/gs, " "), /\bclass="([^"]*)"/g).concat(matches(templates, /\bcss="([^"]*)"/g)));
const classesInPython = words(matches(python, /["']class["']: ["']([^"']*)["']|class=\\?["']([^"']*)["']/g));
const stringsInScripts = words(matches(scripts, /["'`]([^"'`\n]*)["'`]/g));
const camel = (attribute) => attribute.replace(/^data-/, "").replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const occurs = (text, word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);
const isRead = (attribute, ...texts) => {
  const inScripts = new RegExp(`dataset\\.NAME\\b|\\{[^{}]*\\bNAME\\b[^{}]*\\} = [\\w.]*dataset`.replaceAll("NAME", camel(attribute)));
  return texts.some((text) => occurs(text, attribute) || inScripts.test(text));
};

test("every module is imported by another one, and so is every export that no test needs", () => {
  const imported = new Map();
  for (const [path, names] of [...modules].flatMap(importsOf)) {
    imported.set(path, new Set([...(imported.get(path) ?? []), ...names.split(/\W+/)]));
  }
  const inTests = words(matches(textOf(read("tests/js/**/*.js")), /import (?:\* as )?([^;]*?) from "/g));
  const isNeeded = (path, name, text) => {
    const isTested = inTests.has(`${name},`) || inTests.has(name) || /contexts\.js$/.test(path);
    return imported.get(path)?.has(name) || (isTested && matches(text, new RegExp(`\\b(${name})\\b`, "g")).length > 1);
  };
  const unused = [...modules].flatMap(([path, text]) => {
    const exported = matches(text, /^export (?:async )?(?:function\*?|class|const) (\w+)/gm);
    const isLoaded = imported.has(path) || ENTRANCES.test(path);
    return [...(isLoaded ? [] : [path]), ...exported.filter((name) => !isNeeded(path, name, text)).map((name) => `${path}: ${name}`)];
  });
  assert.deepEqual(unused, []);
});

test("every public method and property of a class is used", () => {
  const methods = matches(scripts, /^ {2}(?:static )?(?:async )?(?:get )?([a-z]\w*)\(.*\{$/gm);
  const fields = matches(scripts, /^ {2}static ([a-z]\w*) = /gm).concat(matches(scripts, /\bthis\.([a-z]\w*) = /g));
  const called = new Set(matches(scripts, /\.([a-z]\w*)\b(?! = )/g).concat(words(matches(scripts, /\{([^{}]*)\} = /g)).keys().toArray()));
  const unused = [...methods, ...fields].filter((name) => !called.has(name) && !CALLED_BY_BROWSERS.includes(name));
  assert.deepEqual(unused, []);
});

test("every class in a style rule is in a template or a script", () => {
  const styled = new Set(matches(selectors.join(" "), /\.([a-z][\w-]*)/g));
  const unused = [...styled].filter((name) => ![classesInTemplates, classesInPython, stringsInScripts].some((all) => all.has(name)));
  assert.deepEqual(unused, []);
});

test("every element in a style rule is in a template, a script, or a text in Markdown", () => {
  const bare = selectors.map((selector) => selector.replace(/\[[^\]]*\]|:lang\([^)]*\)|::?[\w-]+|[.#][\w-]+/g, " "));
  const rendered = new Set([...WIDGETS.tags, ...matches(templates, /<([a-z][\w-]*)/g), ...stringsInScripts]);
  const unused = [...new Set(matches(bare.join(" "), /([a-z][\w-]*)/g))].filter((tag) => !rendered.has(tag));
  assert.deepEqual(unused, []);
});

test("every attribute in a style rule, and its value, is in a template or a script", () => {
  const styled = new Set(matches(selectors.join(" "), /\[([\w-]+(?:[~|^$*]?="[^"]*")?)/g));
  const unused = [...styled].filter((attribute) => {
    const [name, value] = attribute.split(/[~|^$*]?="/);
    const isValueKnown = value === undefined || [templates, scripts, python].some((text) => occurs(text, value.slice(0, -1)));
    return !WIDGETS.attributes.includes(attribute) && !(isRead(name, templates, scripts) && isValueKnown);
  });
  assert.deepEqual(unused, []);
});

test("every custom property and every animation that is defined is used, and the other way round", () => {
  const all = (pattern) => [...new Set(matches(styles, pattern))].sort();
  assert.deepEqual(all(/(?<![\w-])(--[\w-]+):/g), all(/var\((--[\w-]+)/g));
  assert.deepEqual(all(/@keyframes ([\w-]+)/g), all(/animation: ([\w-]+)/g));
});

test("every class in a template is read by a style rule, a script or a test", () => {
  const unused = [...classesInTemplates].filter((name) => {
    return /^[a-z]+(?:-[a-z]+)*(?:__[a-z-]+)?(?:--[a-z-]+)?$/.test(name) && /__|--/.test(name)
      && !occurs(styles, name) && !stringsInScripts.has(`.${name}`) && !occurs(tests, name);
  });
  assert.deepEqual(unused, []);
});

test("every data attribute in a template is read by a style rule, a script or a test", () => {
  const unused = [...new Set(matches(templates, /\s(data-[\w-]+)/g))].filter((name) => !isRead(name, scripts, styles, tests));
  assert.deepEqual(unused, []);
});

test("every message in a template has a name that something says", () => {
  const names = matches(templates, /data-message="([^"{]+)"/g);
  const unused = names.filter((name) => !stringsInScripts.has(name) && !occurs(python, name));
  assert.deepEqual(unused, []);
});

test("every message that a script says by its name has words in a template", () => {
  const said = matches(scripts, /\b(?:say|message)\((?:this|this\.#element), "([\w-]+)"/g);
  assert.deepEqual(said.filter((name) => !templates.includes(`data-message="${name}"`)), []);
});

test("every event that a script fires has a listener", () => {
  const fired = matches(scripts, /(?:new CustomEvent|\btell)\("([\w:.]+)"/g);
  const others = scripts.replace(/(?:new CustomEvent|\btell)\("[\w:.]+"/g, "");
  assert.deepEqual(fired.filter((name) => !others.includes(`"${name}"`) && !occurs(templates, name)), []);
});
