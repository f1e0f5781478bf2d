// Reads the vectors of tests/vectors.
import { readFileSync } from "node:fs";

export function load(name) {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
}
