// Builds the browser's third-party code from the lock file: one ES module a library, without Node imports.
//   npm run vendor         writes static/vendor
//   npm run vendor:check   fails unless the files are those of the manifest, and a rebuild gives the same bytes
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeHTMLStrict } from "entities";
import { build } from "esbuild";

const VENDOR = dirname(fileURLToPath(import.meta.url));
const ROOT = join(VENDOR, "..", "..");
const LICENCES = "LICENCES.txt";

// Those that people paste most: another is shown as plain code.
const LANGUAGES = `
bash c cpp csharp css diff dockerfile go ini java javascript json kotlin lua makefile markdown php python r ruby rust
shell sql swift typescript xml yaml`.trim().split(/\s+/);

const BUNDLES = {
  "hpke.js": `
    export { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
    export { XWing } from "@hpke/hybridkem-x-wing";`,
  "dompurify.js": `export { default } from "dompurify";`,
  "qr.js": `export { generate } from "lean-qr";`,
  "markdown.js": `export { default } from "markdown-it";`,
  // Browsers have SHA-256 of what is in memory as a whole; of a file, which is not, it is taken piece by piece. It comes
  // with HPKE.
  "sha256.js": `export { sha256 } from "@hpke/common";`,
  "minisearch.js": `export { default } from "minisearch";`,
  "client_zip.js": `export { makeZip } from "client-zip";`,
  "footnotes.js": `export { default } from "markdown-it-footnote";`,
  "highlight.js": `
    import highlighter from "highlight.js/lib/core";
    ${LANGUAGES.map((name) => `import ${name} from "highlight.js/lib/languages/${name}";`).join("\n")}
    ${LANGUAGES.map((name) => `highlighter.registerLanguage("${name}", ${name});`).join("\n")}
    export default highlighter;`,
};

// HTML 4's names are read here, and HTML 5's others stay text: all 2,231 are 16 KB compressed, more than half of
// markdown-it itself.
const ENTITIES = `
Aacute aacute Acirc acirc acute AElig aelig Agrave agrave alefsym Alpha alpha amp and ang Aring aring asymp
Atilde atilde Auml auml bdquo Beta beta brvbar bull cap Ccedil ccedil cedil cent Chi chi circ clubs cong
copy crarr cup curren Dagger dagger dArr darr deg Delta delta diams divide Eacute eacute Ecirc ecirc Egrave
egrave empty emsp ensp Epsilon epsilon equiv Eta eta ETH eth Euml euml euro exist fnof forall frac12 frac14
frac34 frasl Gamma gamma ge gt hArr harr hearts hellip Iacute iacute Icirc icirc iexcl Igrave igrave image
infin int Iota iota iquest isin Iuml iuml Kappa kappa Lambda lambda lang laquo lArr larr lceil ldquo le
lfloor lowast loz lrm lsaquo lsquo lt macr mdash micro middot minus Mu mu nabla nbsp ndash ne ni not notin
nsub Ntilde ntilde Nu nu Oacute oacute Ocirc ocirc OElig oelig Ograve ograve oline Omega omega Omicron
omicron oplus or ordf ordm Oslash oslash Otilde otilde otimes Ouml ouml para part permil perp Phi phi Pi pi
piv plusmn pound Prime prime prod prop Psi psi quot radic rang raquo rArr rarr rceil rdquo real reg rfloor
Rho rho rlm rsaquo rsquo sbquo Scaron scaron sdot sect shy Sigma sigma sigmaf sim spades sub sube sum sup
sup1 sup2 sup3 supe szlig Tau tau there4 Theta theta thetasym thinsp THORN thorn tilde times trade Uacute
uacute uArr uarr Ucirc ucirc Ugrave ugrave uml upsih Upsilon upsilon Uuml uuml weierp Xi xi Yacute yacute
yen Yuml yuml Zeta zeta zwj zwnj apos`;

const STUBS = {
  // The HPKE library asks Node for WebCrypto if there is no global one. Browsers and Node have it.
  crypto: () => "export const webcrypto = globalThis.crypto;",
  entities: () => {
    const names = ENTITIES.trim().split(/\s+/);
    const characters = names.map((name) => decodeHTMLStrict(`&${name};`)).join("");
    return `const characters = [...${JSON.stringify(characters)}];
      const table = new Map(${JSON.stringify(names.join(" "))}.split(" ").map((name, at) => [name, characters[at]]));
      export const decodeHTMLStrict = (text) => table.get(text.slice(1, -1)) ?? text;`;
  },
  // The library has 5 KB of rules for host names and mail addresses in running text. Here
  // static/js/lib/web_addresses.js finds what begins as a link, and nothing else is one.
  "linkify-it": () => "export class LinkifyIt {}",
  // The browser knows Unicode's punctuation and symbols.
  "uc.micro": () => "export const P = /\\p{P}/u; export const S = /\\p{S}/u;",
  // The browser writes a host name in ASCII. It stays so in a link's text, or one host could look like another.
  "punycode.js": () => `export default {
    toASCII: (host) => URL.parse?.("http://" + host)?.hostname ?? host,
    toUnicode: (host) => host,
  };`,
};

// Rules of markdown-it for raw HTML and for quotation marks, which are turned off here and do nothing then.
const TURNED_OFF = /^function (html_block|html_inline|replace|smartquotes)\([^)]*\) \{$.*?^\}$/gms;

// Ways to make and to read X-Wing keys that no browser takes: all of ours come from a seed.
const NOT_CALLED = /^ {4}(?:async )?(?:generateKeyPair|deriveKeyPair|importKey|_importJWK)\([^)]*\) \{$.*?^ {4}\}$/gms;

// The attributes that DOMPurify lets through where nobody lists others: static/js/lib/markdown_inserting.js lists its own.
const ATTRIBUTES = /^const (html|svg|mathMl|xml) = freeze\(\[[^\]]*\]\);$/gm;

// Parts of libraries that come along although no browser calls them.
const REPLACED = [
  [/purify\.es\.mjs$/, (text) => text.replace(ATTRIBUTES, "const $1 = freeze([]);")],
  [/xWing\.js$/, (text) => text.replace(NOT_CALLED, "")],
  // X25519 and HKDF in JavaScript. X-Wing needs one function of them, which the browser has: X25519 (RFC 7748) of a
  // scalar and a point. It throws for a point of low order, as the library's does. A scalar is imported as PKCS#8
  // (RFC 8410), which is this prefix and its bytes. Of these, RFC 7748 clears the lowest bits: one is set here, since
  // WebKitGTK (2.50) takes no key whose first byte is zero.
  [/dhkem-x25519\/esm\/mod\.js$/, () => `
    const PREFIX = [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 34, 4, 32];
    const NAME = "X25519";
    export class HkdfSha256 {}
    export class X25519 {
      async derive(scalar, point) {
        const { subtle } = crypto;
        const pkcs8 = new Uint8Array([...PREFIX, ...scalar]);
        pkcs8[PREFIX.length] |= 1;
        const key = await subtle.importKey("pkcs8", pkcs8, NAME, false, ["deriveBits"]);
        const peer = await subtle.importKey("raw", point, NAME, false, []);
        return new Uint8Array(await subtle.deriveBits({ name: NAME, public: peer }, key, 256));
      }
    }`],
  // A copy of the global object for Deno, which is written to by nobody.
  [/_dnt\.shims\.js$/, () => "export const dntGlobalThis = globalThis;"],
  [/markdown-it\.mjs$/, (text) => text.replace(TURNED_OFF, "function $1() { return false; }")],
];

const stubs = {
  name: "stubs",
  setup(bundler) {
    for (const [filter, replace] of REPLACED) {
      bundler.onLoad({ filter }, async ({ path }) => {
        return { contents: replace(await readFile(path, "utf8")), resolveDir: dirname(path) };
      });
    }
    bundler.onResolve({ filter: /^(crypto|entities|linkify-it|punycode\.js|uc\.micro)$/ }, ({ path }) => ({ path, namespace: "stub" }));
    // Curves, hashes and modes that X-Wing does not use: a module that gives nothing to another one does nothing else.
    bundler.onResolve({ filter: /./ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === "resolved" || !/node_modules\/(?:@hpke|mlkem)\//.test(importer)) {
        return undefined;
      }
      const found = await bundler.resolve(path, { importer, kind, resolveDir, pluginData: "resolved" });
      return { ...found, sideEffects: false };
    });
    bundler.onLoad({ filter: /./, namespace: "stub" }, ({ path }) => ({ contents: STUBS[path]() }));
  },
};

async function packageOf(input) {
  const [, folder] = /(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  const { name, version, license } = JSON.parse(await readFile(join(ROOT, folder, "package.json"), "utf8"));
  const files = (await readdir(join(ROOT, folder))).filter((file) => /^licen[cs]e/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, folder, file), "utf8")));
  return { name, version, licence: license, text: texts.join("\n") };
}

async function bundle(file) {
  const result = await build({
    stdin: { contents: BUNDLES[file], resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    legalComments: "none",
    metafile: true,
    minify: true,
    plugins: [stubs],
    target: "es2022",
    write: false,
  });
  const inputs = Object.keys(result.metafile.inputs).filter((input) => input.includes("node_modules/"));
  const all = await Promise.all(inputs.map(packageOf));
  const packages = [...new Map(all.map((one) => [one.name, one])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = packages.map(({ name, version, licence }) => `${name} ${version} (${licence})`);
  const banner = `/* ${names.join(", ")}. Licence texts: ${LICENCES}. Made by npm run vendor. */\n`;
  return { file, packages, text: banner + result.outputFiles[0].text };
}

function sha384(text) {
  return `sha384-${createHash("sha384").update(text).digest("base64")}`;
}

function licences(bundles) {
  const packages = new Map(bundles.flatMap((one) => one.packages).map((one) => [one.name, one]));
  const sections = [...packages.values()].map(({ name, version, licence, text }) => {
    return `${"=".repeat(78)}\n${name} ${version} (${licence})\n${"=".repeat(78)}\n\n${text.trim()}\n`;
  });
  return sections.join("\n\n");
}

function manifest(bundles) {
  const files = bundles.map(({ file, packages, text }) => {
    return [file, { sha384: sha384(text), packages: packages.map(({ text: _, ...rest }) => rest) }];
  });
  return `${JSON.stringify(Object.fromEntries(files), null, 2)}\n`;
}

const bundles = await Promise.all(Object.keys(BUNDLES).map(bundle));
const outputs = new Map(bundles.map(({ file, text }) => [file, text]));
outputs.set(LICENCES, licences(bundles));
outputs.set("manifest.json", manifest(bundles));

if (process.argv.includes("--check")) {
  for (const [file, text] of outputs) {
    const stored = await readFile(join(VENDOR, file), "utf8").catch(() => "");
    if (stored !== text) {
      console.error(`static/vendor/${file} is not what the lock file gives: run npm run vendor and look at the change.`);
      process.exitCode = 1;
    }
  }
} else {
  await Promise.all([...outputs].map(([file, text]) => writeFile(join(VENDOR, file), text)));
}
