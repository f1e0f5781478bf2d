import js from "@eslint/js";
import globals from "globals";

const sealed = (...names) => ["error", ...names.map((name) => ({ name, message: "This room has no such thing." }))];

const HTML_SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "parseHTMLUnsafe", "srcdoc"];

export default [
  { ignores: [".venv/**", "node_modules/**", "var/**", "static/vendor/*.js", "!static/vendor/build.js"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2024, sourceType: "module" },
    rules: {
      "consistent-return": "error",
      curly: "error",
      eqeqeq: "error",
      "max-lines": ["error", { max: 130, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40 }],
      "no-eval": "error",
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-shadow": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  {
    // Bytes in, bytes out: no document, no network, nothing of the other rooms.
    files: ["static/js/crypto/**"],
    languageOptions: { globals: { ...globals["shared-node-browser"], crypto: "readonly" } },
    rules: {
      "no-restricted-globals": sealed("document", "window", "fetch", "WebSocket", "indexedDB"),
      "no-restricted-imports": ["error", { patterns: ["**/lib/**", "**/elements/**"] }],
    },
  },
  {
    files: ["static/js/lib/**", "static/js/elements/**", "static/js/app.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-properties": ["error", ...HTML_SINKS.map((property) => ({ property }))],
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportDeclaration[source.value=/^[^.]/], ImportExpression[source.value=/^[^.]/]",
          message: "Only relative paths are rewritten to hashed names.",
        },
      ],
    },
  },
  {
    files: ["static/js/lib/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/elements/**"] }] },
  },
  { files: ["static/js/lib/*_worker.js"], languageOptions: { globals: globals.worker } },
  // The one place that makes HTML from a string.
  { files: ["static/js/lib/html.js"], rules: { "no-restricted-properties": "off" } },
  { files: ["static/vendor/build.js", "tests/js/**", "eslint.config.js"], languageOptions: { globals: globals.node } },
  // Some of its functions run in a page.
  { files: ["tests/engines/**"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  // One script for one purpose, with the reasons beside what it leaves out.
  { files: ["static/vendor/build.js"], rules: { "max-lines": "off" } },
  { files: ["tests/js/**"], rules: { "max-lines": "off", "max-lines-per-function": "off" } },
];
