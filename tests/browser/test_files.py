"""Pictures and files: from an author's disk, sealed, into the text, and out again in a reader's browser."""

import re
import struct
import zlib
from base64 import b64decode, b64encode

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.pages import PHONE, faults_of
from tests.browser.payloads import LINES
from tests.browser.people import Person

MIB = 1024 * 1024
# A photograph of this many pixels, as a camera would write it.
DRAW = """
async ([width, height, type]) => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, width, height);
  const colours = { "#7fb2e5": 0, "#f3d9a4": 0.55, "#35543a": 0.6, "#16271b": 1 };
  Object.entries(colours).forEach(([colour, at]) => sky.addColorStop(at, colour));
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let at = 0; at < 4000; at += 1) {
    context.fillStyle = `hsl(${(at * 37) % 360} 40% 50% / 0.2)`;
    context.fillRect((at * 7919) % width, (at * 104729) % height, width / 40, height / 40);
  }
  const blob = await canvas.convertToBlob({ type, quality: 0.9 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
"""
PASTE = """
async ([encoded, name]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const brought = new DataTransfer();
  brought.items.add(new File([bytes], name, { type: "image/png" }));
  const options = { bubbles: true, cancelable: true };
  const event = name === "dropped.png" ? new DragEvent("drop", { ...options, dataTransfer: brought })
    : new ClipboardEvent("paste", { ...options, clipboardData: brought });
  document.querySelector("#text").dispatchEvent(event);
}
"""
# What a reader's page shows: alternative text, whether it is open, and its width in the file.
PICTURES = "(all) => all.map(({ alt, src, naturalWidth }) => [alt, src.startsWith('blob:'), naturalWidth])"
SHIFTS = """
() => new Promise((done) => {
  const sum = (list) => done(list.getEntries().reduce((sum, { value }) => sum + value, 0));
  new PerformanceObserver(sum).observe({ type: "layout-shift", buffered: true });
  setTimeout(done, 500, 0);
})
"""


def drawn(page: Page, width: int, height: int, kind: str = "image/png") -> bytes:
    return b64decode(page.evaluate(DRAW, [width, height, kind]))


def photograph(page: Page, width: int, height: int, *, mark: bytes) -> bytes:
    """A JPEG with this mark in what its camera noted."""
    jpeg = drawn(page, width, height, "image/jpeg")
    noted = b"Exif\0\0MM\0*\0\0\0\x08" + mark
    return jpeg[:2] + b"\xff\xe1" + (len(noted) + 2).to_bytes(2, "big") + noted + jpeg[2:]


def black(side: int) -> bytes:
    """A PNG of so many pixels a side, all of them black."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1 + (side + 7) // 8) * side)
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    written = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def payload(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def begin(author: Person, slug: str, *, title: str, text: str) -> None:
    author.write(slug, title=title, text=text)
    expect(author.page.locator("post-editor[data-ready]")).to_be_attached()


def add(author: Person, *files: FilePayload) -> None:
    author.page.get_by_label("Add pictures or files", exact=True).set_input_files([*files])


def line_of(author: Person, name: str) -> Locator:
    return author.page.locator("[data-file]").filter(has_text=name)


def wait_for(author: Person, name: str) -> Locator:
    line = line_of(author, name)
    expect(line).to_have_attribute("data-state", "done")
    return line


def uids_in(author: Person) -> list[str]:
    return re.findall(
        r"!\[\]\(file:([0-9a-f-]{36})\)", author.page.get_by_label("Text", exact=True).input_value()
    )


@pytest.mark.timeout(300)
def test_pictures_and_files_come_to_those_who_read_the_post(scene):
    alice, bob, mark = scene.alice, scene.bob, b"somewhere on a ridge"
    alice.page.set_viewport_size({"width": 1280, "height": 900})
    begin(alice, scene.slug, title="With pictures", text="Before.\n\n")
    large, notes = photograph(alice.page, 3000, 2000, mark=mark), b"What we saw.\n"
    with alice.page.expect_file_chooser() as chooser:
        alice.press("Picture")
    chooser.value.set_files([payload("ridge.jpeg", "image/jpeg", large)])
    add(alice, payload("notes <b>.txt", "text/plain", notes))
    wait_for(alice, "notes <b>.txt")
    wait_for(alice, "ridge.jpeg").get_by_label("Alternative text", exact=True).fill(
        "The ridge in the evening"
    )
    small = drawn(alice.page, 300, 400)
    for name in ("dropped.png", "pasted.png"):
        alice.page.evaluate(PASTE, [b64encode(small).decode(), name])
        wait_for(alice, name.removesuffix("png"))
    # Each stands where the author was, one after the other.
    assert len(uids_in(alice)) == 3
    assert alice.page.get_by_label("Text", exact=True).input_value().startswith("Before.\n\n![](file:")
    assert faults_of(alice.page) == []

    alice.press("Preview")
    shown = alice.page.locator("[data-preview-text] .picture img")
    expect(shown).to_have_count(3)
    expect(shown.first).to_have_attribute("src", re.compile("^blob:"))
    alice.press("Preview")
    # Kept with the draft, and there again.
    expect(alice.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    alice.page.reload()
    wait_for(alice, "notes <b>.txt")
    expect(alice.page.locator("[data-file]")).to_have_count(4)
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")

    bob.read(alice.path)
    pictures = bob.body.locator(".picture img")
    expect(pictures.last).to_have_attribute("src", re.compile("^blob:"))
    expect(pictures.first).to_have_attribute("src", re.compile("^blob:"))
    bob.page.wait_for_function(
        "() => [...document.querySelectorAll('.picture img')].every((image) => image.complete)"
    )
    alternatives = pictures.evaluate_all(PICTURES)
    assert [(alt, is_open) for alt, is_open, _ in alternatives] == [
        ("The ridge in the evening", True),
        ("", True),
        ("", True),
    ]
    # Not larger than a screen, or small where that is enough; and their place was kept.
    assert alternatives[0][2] in {800, 2560}
    assert bob.body.locator(".gallery .picture").count() == 3
    assert bob.page.evaluate(SHIFTS) < 0.01
    assert faults_of(bob.page) == []
    bob.page.set_viewport_size(PHONE)
    assert faults_of(bob.page) == []

    # Large, one after the other, by the keyboard.
    pictures.first.click()
    viewer = bob.page.get_by_role("dialog", name="Picture", exact=True)
    expect(viewer.get_by_text("1 of 3", exact=True)).to_be_visible()
    expect(viewer.locator("img")).to_have_attribute("src", re.compile("^blob:"))
    # Whoever goes on to the next one hears what it shows, too.
    said = viewer.get_by_role("status").filter(has_text="The ridge in the evening")
    expect(said).to_be_visible()
    assert faults_of(bob.page) == []
    bob.page.keyboard.press("ArrowRight")
    expect(viewer.get_by_text("2 of 3", exact=True)).to_be_visible()
    bob.page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    # And from where it was opened one reads on.
    expect(bob.body.locator(".picture").first).to_be_focused()

    # Each is its name as a link, and comes as it was; of a photograph nothing is left of what the camera noted.
    assert downloaded(bob, "notes <b>.txt") == ("notes <b>.txt", notes)
    name, content = downloaded(bob, "ridge.jpeg")
    assert (name, content[:3], mark in large, mark in content) == ("ridge.jpeg", b"\xff\xd8\xff", True, False)
    assert bob.status(f"/files/{'0' * 8}-0000-0000-0000-{'0' * 12}/parts/0") == 404
    part = next(request.url for request in reversed(bob.requests) if "/parts/0" in request.url)
    assert [each.context.request.get(part).status for each in (bob, scene.mallory)] == [200, 404]

    # An edit takes them along. What it leaves out its author alone still has, in the earlier version.
    post = alice.path
    alice.open(f"{post}edit/")
    expect(alice.page.locator("[data-file][data-state=done]")).to_have_count(4)
    line_of(alice, "ridge.jpeg").get_by_role("button", name="Remove", exact=True).click()
    alice.press("Save")
    expect(alice.article).to_have_attribute("data-revision", "2")
    bob.read(post)
    expect(bob.body.locator(".picture img")).to_have_count(2)
    assert bob.page.locator(".files__list a").count() == 3
    assert [each.context.request.get(part).status for each in (bob, alice)] == [404, 200]
    alice.open(f"{post}versions/?version=1")
    expect(alice.body.locator(".picture img").last).to_have_attribute("src", re.compile("^blob:"))
    expect(alice.body.locator(".picture img")).to_have_count(3)


def downloaded(reader: Person, name: str) -> tuple[str, bytes]:
    with reader.page.expect_download() as download:
        reader.page.locator(".files__list").get_by_role("link", name=name, exact=True).click()
    content = download.value.path().read_bytes()
    download.value.delete()
    # A browser writes other characters for some that a disk does not take.
    suggested = re.sub(r"[<>_]", "_", download.value.suggested_filename)
    return (name if suggested == re.sub(r"[<>]", "_", name) else suggested), content


@pytest.mark.timeout(300)
def test_what_goes_wrong_with_a_file_is_said_and_the_text_stays(scene):
    alice = scene.alice
    begin(alice, scene.slug, title="Odd files", text="A text that stays.")
    whole = drawn(alice.page, 40, 30, "image/jpeg")
    said = {
        "broken.jpg": (whole[: len(whole) // 3], "goes along as a file, with the place and the time if"),
        "huge.png": (black(30_000), "It is no whole picture, or has too many pixels for this browser,"),
        "page.png": (b"<html><script>alert(0)</script>", "It isn't the picture that its name says"),
        "phone.heic": (b"\0\0\0\x18ftypheic" + bytes(99), "This browser can't open pictures of this kind"),
        "large.bin": (bytes(25 * MIB + 1), "It is larger than 25.0 MB, and is not taken."),
        "empty.txt": (b"", "Encrypted and uploaded."),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Encrypted and uploaded."),
        "more.txt": (b"One more.", "A post has 100 files at most: this one is not taken."),
    }
    # As if the others were a hundred.
    alice.page.locator("post-files").evaluate("(files, most) => (files.dataset.most = most)", len(said) - 1)
    kinds = {"jpg": "image/jpeg", "png": "image/png", "heic": "image/heic", "svg": "image/svg+xml"}
    for name, (content, _) in said.items():
        add(alice, payload(name, kinds.get(name.split(".")[1], ""), content))
    for name, (_, words) in said.items():
        expect(line_of(alice, name).locator("[data-part=says]")).to_contain_text(words)
    assert alice.page.get_by_label("Alternative text", exact=True).locator("visible=true").count() == 0
    assert faults_of(alice.page) == []

    # What is not taken stops 'Publish' until it is removed; what is written stays.
    alice.press("Publish")
    expect(alice.page.get_by_text("Not sent: a file has not arrived.")).to_be_visible()
    for name in ("large.bin", "more.txt"):
        line_of(alice, name).get_by_role("button", name="Remove", exact=True).click()
    expect(alice.page.locator("[data-file]")).to_have_count(6)
    assert alice.page.get_by_label("Text", exact=True).input_value() == "A text that stays."
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    scene.bob.read(alice.path)
    assert scene.bob.page.locator(".files__list a").all_inner_texts() == [
        "broken.jpg",
        "huge.png",
        "page.png",
        "phone.heic",
        "empty.txt",
        "drawing.svg",
    ]
    assert downloaded(scene.bob, "empty.txt") == ("empty.txt", b"")
    # None of them is shown, whatever the author's browser says of it.
    assert scene.bob.page.locator("article img").count() == 0


def test_a_full_space_is_said_at_the_file(site, person):
    fred = person("Fred", url=site.start_another_web("full", QUOTA_FILES_OF_PERSON_MIB="0"))
    fred.arrive()
    begin(fred, fred.has_group("Full"), title="Full", text="A text that stays.")

    add(fred, payload("notes.txt", "text/plain", b"Notes."))

    words = "Not taken: Your space for files is full: you have 0 bytes. Delete posts with files first."
    expect(line_of(fred, "notes.txt").locator("[data-part=says]")).to_have_text(words)
    expect(fred.page.get_by_text("0 bytes left.")).to_be_visible()
    assert fred.page.get_by_label("Text", exact=True).input_value() == "A text that stays."
    # An open page would miss its socket.
    fred.page.close()
    site.kill("full")


def test_the_page_counts_down_what_is_left(site, person):
    gina = person("Gina", url=site.start_another_web("small", QUOTA_FILES_OF_PERSON_MIB="3"))
    gina.arrive()
    begin(gina, gina.has_group("Small"), title="Small", text="A text that stays.")
    left = gina.page.locator("[data-shown-left]")
    expect(left).to_have_text("3.0\xa0MB")

    add(gina, payload("one.bin", "", bytes(MIB)))
    expect(line_of(gina, "one.bin")).to_have_attribute("data-state", "done")
    expect(left).to_have_text("2 MB")
    add(gina, payload("three.bin", "", bytes(3 * MIB)))
    expect(line_of(gina, "three.bin")).to_have_attribute("data-state", "failed")
    expect(left).to_have_text("2 MB")

    for name in ("three.bin", "one.bin"):
        line_of(gina, name).get_by_role("button", name="Remove", exact=True).click()
    expect(left).to_have_text("3 MB")
    gina.page.close()
    site.kill("small")


@pytest.mark.timeout(300)
def test_an_upload_goes_on_after_a_lost_connection_and_can_be_taken_back(scene):
    alice, bob = scene.alice, scene.bob
    begin(alice, scene.slug, title="Slow", text="Long.")
    alice.requests.clear()
    sent: list[str] = []
    away = [True]
    alice.page.on(
        "requestfinished", lambda request: sent.append(request.url) if "/parts/" in request.url else None
    )
    lose = "internetdisconnected"
    alice.page.route("**/parts/2", lambda route: route.abort(lose) if away else route.continue_())
    add(
        alice,
        payload("six.bin", "", bytes(range(256)) * (6 * MIB // 256)),
        payload("unwanted.txt", "", b"Never."),
        payload("notes.txt", "", b"Next."),
    )
    expect(line_of(alice, "six.bin")).to_have_attribute("data-state", "waiting")
    uploaded = line_of(alice, "six.bin").get_by_role("progressbar", name="Uploaded", exact=True)
    assert uploaded.evaluate("(bar) => bar.value") == pytest.approx(2 / 7)
    # What waits behind it can be taken back at once, and the rest goes on.
    line_of(alice, "unwanted.txt").get_by_role("button", name="Remove", exact=True).click()
    expect(alice.page.locator("[data-file]")).to_have_count(2)
    away.clear()
    wait_for(alice, "six.bin")
    expect(uploaded).to_be_hidden()
    wait_for(alice, "notes.txt")
    # No part was sent twice.
    assert [url.split("/")[-1] for url in sent] == ["0", "1", "2", "3", "4", "5", "6", "0"]

    with alice.page.expect_response(lambda response: response.request.method == "DELETE") as taken_back:
        line_of(alice, "six.bin").get_by_role("button", name="Remove", exact=True).click()
    expect(alice.page.locator("[data-file]")).to_have_count(1)
    assert alice.context.request.get(taken_back.value.url).status == 404

    # So is one in the middle of its way. 'Publish' waits for all that is still on its way.
    away.append(True)
    add(alice, payload("half.bin", "", bytes(3 * MIB)), payload("late.txt", "", b"Late."))
    expect(line_of(alice, "half.bin")).to_have_attribute("data-state", "waiting")
    with alice.page.expect_response(lambda response: response.request.method == "DELETE") as taken_back:
        line_of(alice, "half.bin").get_by_role("button", name="Remove", exact=True).click()
    assert alice.context.request.get(taken_back.value.url).status == 404
    wait_for(alice, "late.txt")
    add(alice, payload("last.bin", "", bytes(3 * MIB)))
    expect(line_of(alice, "last.bin")).to_have_attribute("data-state", "waiting")
    alice.press("Publish")
    expect(line_of(alice, "last.bin")).to_have_attribute("data-state", "waiting")
    assert alice.path.endswith("/posts/new/")
    away.clear()
    expect(alice.article).to_have_attribute("data-state", "published")
    bob.read(alice.path)
    expect(bob.page.locator(".files__list a")).to_have_text(["notes.txt", "late.txt", "last.bin"])
    assert downloaded(bob, "last.bin") == ("last.bin", bytes(3 * MIB))
    alice.forgive("ERR_INTERNET_DISCONNECTED")


def test_what_the_site_changed_of_a_file_is_told_and_nothing_of_it_is_shown(site, scene):
    alice, bob = scene.alice, scene.bob
    begin(alice, scene.slug, title="Changed", text="A text that stays.\n\n")
    alice.requests.clear()
    add(alice, payload("ridge.png", "image/png", drawn(alice.page, 40, 30)))
    names = ("one.txt", "two.txt", "away.txt", "whole.txt")
    add(alice, *(payload(name, "text/plain", name.encode()) for name in names))
    wait_for(alice, names[-1])
    # A part is sent again where the first try got lost.
    sent = [each.url for each in alice.requests if each.method == "PUT" and "/parts/" in each.url]
    uids = list(dict.fromkeys(url.split("/")[-3] for url in sent))
    picture, one, two, away, _ = uids
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    bob.page.route(f"**/files/{picture}/parts/0", lambda route: route.abort())
    bob.read(alice.path)
    waits = "This picture can't be fetched now. It comes as soon as the site can be reached."
    expect(bob.body.locator(".picture")).to_have_text(waits)
    height = bob.body.locator(".picture").evaluate("(place) => place.offsetHeight")
    bob.page.unroute(f"**/files/{picture}/parts/0")
    expect(bob.body.locator(".picture img")).to_have_attribute("src", re.compile("^blob:"))
    # Its place was kept.
    assert bob.body.locator(".picture").evaluate("(place) => place.offsetHeight") == height
    expect(bob.body.locator(".picture")).not_to_contain_text(waits)

    parts = {uid: next((site.var / "files").glob(f"*/{uid}/0")) for uid in uids}
    sealed = bytearray(parts[picture].read_bytes())
    sealed[-1] ^= 1
    parts[picture].write_bytes(sealed)
    first, second = parts[one].read_bytes(), parts[two].read_bytes()
    parts[one].write_bytes(second)
    parts[two].write_bytes(first)
    bob.page.route(f"**/files/{away}/parts/0", lambda route: route.abort())
    taken: list[object] = []
    bob.page.on("download", lambda download: taken.append(download))
    bob.read(alice.path)

    expect(bob.body).to_contain_text("A text that stays.")
    damaged = "It can't be opened: it is not what the author sealed, or it is damaged."
    expect(bob.body.locator(".picture")).to_have_text(damaged.replace("It", "This picture"))
    assert bob.body.locator("img").count() == 0
    bob.body.locator(".picture").click()
    viewer = bob.page.get_by_role("dialog", name="Picture", exact=True)
    expect(viewer.get_by_text(damaged, exact=True)).to_be_visible()
    # Its place is there, and no picture without a source is in it.
    place = viewer.locator("[data-viewer-picture]")
    assert place.evaluate("({ offsetWidth, offsetHeight }) => [offsetWidth, offsetHeight]") == [40, 30]
    expect(place.locator("img")).to_have_count(0)
    viewer.get_by_role("button", name="Download", exact=True).click()
    expect(viewer.get_by_text(damaged, exact=True)).to_be_visible()
    bob.page.keyboard.press("Escape")
    files = bob.page.locator(".files__list li")
    for at, words in ((0, damaged), (1, damaged), (2, damaged), (3, "It can't be fetched now.")):
        files.nth(at).get_by_role("link").click()
        expect(files.nth(at).get_by_role("status")).to_contain_text(words)
    assert taken == []
    assert downloaded(bob, "whole.txt") == ("whole.txt", b"whole.txt")
    bob.forgive("ERR_FAILED")


def test_names_and_alternative_texts_stay_text(scene):
    alice, bob = scene.alice, scene.bob
    begin(alice, scene.slug, title="Names", text="Names.")
    names = [line[:200].replace("/", "|") for line in LINES]
    small = drawn(alice.page, 20, 20)
    add(alice, *(payload(f"{name}.png", "image/png", small) for name in names))
    expect(alice.page.locator("[data-file][data-state=done]")).to_have_count(len(names))
    for at, name in enumerate(names):
        alice.page.get_by_label("Alternative text", exact=True).nth(at).fill(name)
    before = alice.page.evaluate(FOREIGN_BUT_PICTURES)
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    bob.read(alice.path)

    expect(bob.body.locator(".picture img")).to_have_count(len(names))
    assert bob.page.locator(".files__list a").count() == len(names)
    assert (before, bob.page.evaluate(FOREIGN_BUT_PICTURES)) == ([], [])


FOREIGN_BUT_PICTURES = """
() => [...document.querySelectorAll("*")].filter((element) =>
  /^(?:svg|math|iframe|object|embed|base|video|audio|style|frame)$/i.test(element.nodeName)
  || (element.nodeName === "IMG" && element.src && !element.src.startsWith("blob:"))
  || [...element.attributes].some(({ name }) => name.startsWith("on"))
).map((element) => element.outerHTML.slice(0, 200))
"""


NOISE = """
async ([width, height]) => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let at = 0; at < image.data.length; at += 65536) {
    crypto.getRandomValues(image.data.subarray(at, at + 65536));
  }
  for (let at = 3; at < image.data.length; at += 4) {
    image.data[at] = 255;
  }
  context.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
  const brought = new DataTransfer();
  brought.items.add(new File([blob], "noise.jpg", { type: "image/jpeg" }));
  brought.items.add(new File([new Uint8Array(25 * 1024 * 1024).fill(7)], "large.bin"));
  const input = document.querySelector("#files");
  input.files = brought.files;
  performance.mark("chosen");
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return blob.size;
}
"""
SINCE = "() => performance.now() - performance.getEntriesByName('chosen').at(-1).startTime"
DONE = """
(name) => [...document.querySelectorAll("[data-file][data-state=done]")].some((line) => line.innerText.includes(name))
"""


@pytest.mark.timeout(300)
def test_a_picture_of_10_mb_and_the_largest_file_take_a_moment(scene, record_property):
    alice, bob = scene.alice, scene.bob
    begin(alice, scene.slug, title="Large", text="Large.")
    size = alice.page.evaluate(NOISE, [3600, 2700])
    figures = {"bytes of the picture": size}
    for name in ("noise.jpg", "large.bin"):
        alice.page.wait_for_function(DONE, arg=name)
        figures[f"{name} is uploaded after, in ms"] = round(alice.page.evaluate(SINCE))
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    bob.open(alice.path)
    bob.page.wait_for_function("() => document.querySelector('.picture img')?.complete")
    figures["the picture is seen after, in ms"] = round(bob.page.evaluate("() => performance.now()"))
    bob.page.evaluate("() => performance.mark('chosen')")
    name, content = downloaded(bob, "large.bin")
    figures["the file is opened after, in ms"] = round(bob.page.evaluate(SINCE))
    for what, figure in figures.items():
        record_property(what, figure)
        print(f"\n{what}: {figure:,}")

    assert (name, content == bytes([7]) * 25 * MIB) == ("large.bin", True)
    assert size > 8_000_000
