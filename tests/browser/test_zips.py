"""Taking posts along: a zip that the browser makes of what it can open, and what is in it."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

from playwright.sync_api import Download, Route, expect

from tests.browser.comments import comment, press, section, write
from tests.browser.conftest import Enter
from tests.browser.database import change
from tests.browser.pages import PHONE, faults_of
from tests.browser.payloads import LINES, TEXTS
from tests.browser.people import Person
from tests.browser.test_files import add, begin, drawn, payload, uids_in, wait_for
from tests.site import Site

OF_POST = "(SELECT id FROM posts_post WHERE uid = %(post)s)"
DAMAGED = "SET ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1) WHERE post_id ="
DAMAGED_COMMENT = f"UPDATE posts_comment {DAMAGED} {OF_POST}"
DAMAGED_TEXT = f"UPDATE posts_revision {DAMAGED} {OF_POST}"
FORGOTTEN_FILE = "UPDATE posts_storedfile SET revisions = '{}' WHERE post_uid = %(post)s"
# What a page could do something with.
UNSAFE = """
() => [...document.querySelectorAll("*")].filter((each) =>
  /^(script|iframe|object|embed|form|base|svg|math|link|input|button|video|audio)$/i.test(each.localName)
  || [...each.attributes].some(({ name, value }) => /^on|^srcdoc$|^formaction$/i.test(name)
    || (["href", "src"].includes(name) && /^\\W*(javascript|data|vbscript|blob):/i.test(value))))
  .map((each) => each.outerHTML.slice(0, 200))
"""
# As a disk that is full answers.
FULL = """() => {
  FileSystemWritableFileStream.prototype.write = () => Promise.reject(new DOMException("", "QuotaExceededError"));
}"""
# What this browser keeps in files for the site.
KEPT = """async () => {
  const names = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return names;
}"""


def says(person: Person, words: str) -> None:
    expect(person.page.locator(f"download-all [data-said={words}]")).to_be_visible()


def start(person: Person, address: str) -> None:
    person.open(address)
    expect(person.page.locator("download-all[data-ready]")).to_be_attached()
    person.press("Download all")


def saved(download: Download) -> ZipFile:
    """What was downloaded, whole; nothing of it stays in the temporary folder."""
    archive = ZipFile(BytesIO(download.path().read_bytes()))
    download.delete()
    assert archive.testzip() is None
    return archive


def take(person: Person, address: str) -> ZipFile:
    with person.page.expect_download() as download:
        start(person, address)
    return saved(download.value)


def nothing_is_kept(person: Person) -> None:
    """Wait until nothing of a zip is in the files that this browser keeps for the site."""
    for _ in range(100):
        if person.page.evaluate(KEPT) == []:
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(person.page.evaluate(KEPT))


def matter(archive: ZipFile, name: str) -> tuple[dict[str, Any], str]:
    """The front matter of a file in Markdown, and its text."""
    _, members, text = archive.read(name).decode().split("---\n", 2)
    lines = [line.split(": ", 1) for line in members.splitlines()]
    return {key: json.loads(value) for key, value in lines}, text.strip("\n")


def test_a_zip_has_the_texts_of_both_with_files_and_comments(scene, person: Enter, tmp_path: Path):
    alice, bob = scene.alice, person("Bob")
    slug = alice.has_group("Porters")
    bob.arrive()
    bob.has_joined(alice.has_link(slug))
    picture, notes = drawn(alice.page, 300, 200), b"<b>What we saw.</b>\n"
    begin(alice, slug, title='The "ridge": a/b?', text="# Up\n\nIt was *windy*, see [up](#up).\n\n")
    alice.page.get_by_label("Tags", exact=True).fill("weather, autumn")
    add(alice, payload("ridge.png", "image/png", picture))
    wait_for(alice, "ridge.").get_by_label("Alternative text", exact=True).fill("The ridge")
    add(alice, payload("CON.txt", "text/plain", notes))
    wait_for(alice, "CON.txt")
    (uid,) = uids_in(alice)
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    path = alice.path
    bob.read(path)
    write(bob, "A *fine* day.")
    expect(comment(bob, "A fine day.")).to_be_visible()
    alice.read(path)
    section(alice).scroll_into_view_if_needed()
    press(comment(alice, "A fine day."), "Reply")
    alice.page.get_by_label("Your reply", exact=True).fill("It was.")
    alice.press("Send reply")
    expect(comment(alice, "It was.")).to_be_visible()
    bob.publish(slug, title="The ridge", text="By Bob.")

    alice.open(f"/groups/{slug}/")
    alice.page.get_by_role("link", name="Download all", exact=True).click()
    expect(alice.page.locator("download-all[data-ready]")).to_be_attached()
    assert faults_of(alice.page) == []
    with alice.page.expect_download() as download:
        alice.press("Download all")
    says(alice, "saved")
    assert re.fullmatch(rf"secureblogs-{slug}-\d{{4}}-\d\d-\d\d\.zip", download.value.suggested_filename)
    archive = saved(download.value)
    expect(alice.page.locator("download-all [data-says]")).to_contain_text("Posts in it: 2.")
    assert faults_of(alice.page) == []

    names = archive.namelist()
    bobs, alices = sorted(name for name in names if name.endswith("/post.md"))[::-1]
    assert re.fullmatch(r"Porters/\d{4}-\d\d-\d\d The ridge/post\.md", bobs)
    assert re.fullmatch(r"Porters/\d{4}-\d\d-\d\d The -ridge- a-b-/post\.md", alices)
    folder = alices.removesuffix("post.md")
    kept = [name.removeprefix(folder) for name in names if name.startswith(folder)]
    assert kept == [
        *("files/ridge.webp", "files/_CON.txt", "post.md"),
        *("comments/0001.md", "comments/0002.md", "post.html"),
    ]
    assert archive.read(f"{folder}files/_CON.txt") == notes
    members, text = matter(archive, alices)
    assert text == "# Up\n\nIt was *windy*, see [up](#up).\n\n![](files/ridge.webp)"
    assert uid not in text
    assert members["title"] == 'The "ridge": a/b?'
    assert members["tags"] == ["weather", "autumn"]
    assert (members["author"], members["signed"], members["signature"]) == (
        "Alice",
        "yes",
        "Signed with your key.",
    )
    assert f"/posts/{members['post']}/" == path
    assert members["files"] == [
        {"name": "ridge.webp", "path": "files/ridge.webp", "alt": "The ridge"},
        {"name": "CON.txt", "path": "files/_CON.txt"},
    ]
    said, text = matter(archive, f"{folder}comments/0001.md")
    answer, _ = matter(archive, f"{folder}comments/0002.md")
    assert (said["author"], said["signed"], text) == ("Bob", "yes", "A *fine* day.")
    assert (answer["author"], answer["answers"]) == ("Alice", said["comment"])
    assert said["signature"].startswith("Signed with the key that this browser first saw for Bob on")

    # It is read without the site, and loads nothing but the picture beside it.
    archive.extractall(tmp_path)
    reader = person("Reader", java_script_enabled=False)
    reader.open((tmp_path / "index.html").as_uri())
    assert reader.page.get_by_role("heading", level=2).all_text_contents() == ["Porters"]
    reader.page.get_by_role("link", name='The "ridge": a/b?', exact=True).click()
    expect(reader.page.get_by_text("It was windy")).to_be_visible()
    byline = reader.page.get_by_text("By Alice in Porters")
    assert re.fullmatch(r"By Alice in Porters, \d\d? [A-Z][a-z]+ \d{4}", byline.inner_text())
    shown = reader.page.get_by_role("img", name="The ridge", exact=True)
    assert shown.bounding_box()["width"] == 300  # type: ignore[index]
    expect(reader.page.get_by_role("article").last).to_contain_text("It was.")
    reader.page.get_by_role("link", name="up", exact=True).click()
    assert reader.page.locator(":target").text_content() == "Up"
    reader.page.get_by_role("link", name="All posts", exact=True).click()
    expect(reader.page.get_by_role("link", name="The ridge", exact=True)).to_be_visible()
    assert all(request.url.startswith(tmp_path.as_uri()) for request in reader.requests)
    reader.forgive(f"to {tmp_path.as_uri()}")


def test_what_cannot_be_opened_is_named_in_the_zip_and_on_the_page(scene, site: Site, person: Enter):
    alice, carol = scene.alice, person("Carol", viewport=PHONE)
    slug = alice.has_group("Late")
    alice.publish(slug, title="Before Carol", text="Not for her.")
    carol.arrive()
    carol.has_joined(alice.has_link(slug))
    begin(alice, slug, title="With a file", text="For her.")
    add(alice, payload("lost.txt", "text/plain", b"Gone."))
    wait_for(alice, "lost.txt")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    write(alice, "Damaged later")
    expect(comment(alice, "Damaged later")).to_be_visible()
    with_file = alice.path
    damaged = alice.publish(slug, title="Damaged later, too", text="Never seen.")
    assert take(alice, f"/groups/{slug}/download/").read("index.html").count(b"<li>") == 3

    for damage, post in (
        (DAMAGED_COMMENT, with_file),
        (DAMAGED_TEXT, damaged),
        (FORGOTTEN_FILE, with_file),
    ):
        assert change(site.database_url, damage, post=post.split("/")[2]) == 1

    archive = take(carol, f"/groups/{slug}/download/")
    says(carol, "saved-partly")
    assert faults_of(carol.page) == []
    left = carol.page.locator("[data-left] li")
    reasons = [
        ("Damaged later, too · Alice", "It can't be opened"),
        ("With a file · Alice", "The file “lost.txt” is missing"),
        ("With a file · Alice", "A comment by Alice is missing"),
        ("Before Carol · Alice", "Not encrypted for you"),
    ]
    index = archive.read("index.html").decode()
    for (post, reason), line in zip(reasons, left.all_text_contents(), strict=True):
        assert post in line
        assert reason in line
        assert line.split(" · ")[-1] in index
    (folder,) = {name.rpartition("/")[0] for name in archive.namelist()} - {""}
    assert folder.endswith("With a file")
    members, _ = matter(archive, f"{folder}/post.md")
    assert members["files"] == [{"name": "lost.txt", "path": None}]
    page = archive.read(f"{folder}/post.html")
    assert "The file “lost.txt” is missing".encode() in page
    assert b"A comment by Alice is missing" in page

    # All groups of hers are this one, and of Alice's there are more.
    assert folder + "/post.md" in take(carol, "/download/").namelist()
    scene.mallory.open("/download/")
    scene.mallory.press("Download all")
    says(scene.mallory, "nothing")
    for address in (f"/groups/{slug}/download/", f"/groups/{slug}/download/posts.json"):
        assert (carol.status(address), scene.mallory.status(address)) == (200, 404)


def test_what_the_site_fails_to_give_is_asked_for_again_and_named(person: Enter):
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Failing")
    whole, broken = (alice.publish(slug, title=title, text="Kept.") for title in ("Whole", "Broken"))
    begin(alice, slug, title="In part", text="With a file.")
    add(alice, payload("lost.txt", "text/plain", b"Gone."))
    wait_for(alice, "lost.txt")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    write(alice, "Lost, too")
    expect(comment(alice, "Lost, too")).to_be_visible()
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(path := urlsplit(route.request.url).path)
        if path == f"{whole}envelope.json" and asked.count(path) == 2:
            route.continue_()
        else:
            route.fulfill(status=500, content_type="text/html", body='<div id="announcer"></div>')

    for address in (f"**{whole}envelope.json", f"**{broken}envelope.json", "**/parts/*", "**/comments/*"):
        alice.context.route(address, fail)
    archive = take(alice, f"/groups/{slug}/download/")

    says(alice, "saved-partly")
    alice.forgive("status of 500")
    assert [asked.count(f"{post}envelope.json") for post in (whole, broken)] == [2, 3]
    reasons = [
        ("In part", "The file “lost.txt” is missing"),
        ("In part", "Comments are missing: the site failed to give them"),
        ("Broken", "The site failed to give it"),
    ]
    left = alice.page.locator("[data-left] li").all_text_contents()
    index = archive.read("index.html").decode()
    for (post, reason), line in zip(reasons, left, strict=True):
        assert line.startswith(f"{post} · Alice · {reason}")
        assert reason in index
    folders = sorted({name.split(" ", 1)[1].split("/")[0] for name in archive.namelist() if "/" in name})
    assert folders == ["In part", "Whole"]
    (part,) = [name for name in archive.namelist() if name.endswith("In part/post.md")]
    members, text = matter(archive, part)
    assert text == "With a file."
    (careful,) = members["careful"]
    assert careful.startswith("Comments are missing")


def test_no_words_of_people_become_markup_in_its_pages(site: Site, person: Enter, tmp_path: Path):
    mark = person("Mark")
    mark.name = "<img src=x onerror=alert(1)>"
    mark.arrive()
    slug = mark.has_group("</title><script>alert(2)</script>")
    begin(mark, slug, title="</h1><svg onload=alert(3)> {title}", text="\n\n".join(TEXTS))
    mark.page.get_by_label("Tags", exact=True).fill(
        ",".join(line[:30].replace(",", "") for line in LINES[:20])
    )
    for number, line in enumerate(LINES[:6]):
        add(mark, payload(line, "text/html", b"x"))
        expect(mark.page.locator("[data-file][data-state=done]")).to_have_count(number + 1)
    small = drawn(mark.page, 20, 20)
    add(mark, *(payload(f"{number}.png", "image/png", small) for number in range(len(LINES))))
    expect(mark.page.locator("[data-file][data-state=done]")).to_have_count(6 + len(LINES))
    for number, line in enumerate(LINES):
        mark.page.get_by_label("Alternative text", exact=True).locator("visible=true").nth(number).fill(line)
    mark.press("Publish")
    expect(mark.article).to_have_attribute("data-state", "published")
    mark.page.wait_for_load_state("networkidle")
    for text in ("<script>alert(4)</script>", "[x](javascript:alert(5)) <img src=x onerror=alert(5)>"):
        write(mark, text)
        expect(comment(mark, text[:8] if text[0] == "<" else "x")).to_be_visible()

    archive = take(mark, f"/groups/{slug}/download/")

    assert not [name for name in archive.namelist() if re.search(r'[<>:"\\|?*]|(^|/)\.\.?(/|$)', name)]
    archive.extractall(tmp_path)
    reader = person("Reader")
    for page in [tmp_path / "index.html", *tmp_path.rglob("post.html")]:
        reader.open(page.as_uri())
        assert reader.page.evaluate(UNSAFE) == []
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("</h1><svg onload=alert(3)> {title}")
    assert reader.page.get_by_text("<script>alert(100)</script>").count() > 0
    # Signs that turn the direction are left out of alternative texts, as of titles.
    alternatives = [re.sub("[\u202a-\u202e\u2066-\u2069]", "", line) for line in LINES]
    shown = reader.page.locator("img").evaluate_all("all => all.map(({ alt }) => alt)")
    assert sorted(shown) == sorted(alternatives)
    listed = reader.page.get_by_role("listitem").all_text_contents()
    for number, words in enumerate(alternatives):
        assert any(line.startswith(f"{number}.") and line.endswith(f" · {words}") for line in listed), words
    assert all(request.url.startswith(tmp_path.as_uri()) for request in reader.requests)
    reader.forgive(f"to {tmp_path.as_uri()}")


def test_it_goes_on_after_a_broken_connection_and_leaves_nothing_when_it_is_ended(scene, person: Enter):
    bob = person("Bob")
    bob.arrive()
    slug = bob.has_group("Breaking")
    for number in range(2):
        bob.publish(slug, title=f"Number {number}", text="Kept.")
    asked: list[str] = []

    def break_twice(route: Route) -> None:
        asked.append(route.request.url)
        route.abort() if 1 < len(asked) < 4 else route.continue_()

    bob.context.route("**/envelope.json", break_twice)
    archive = take(bob, "/download/")
    says(bob, "saved")
    assert len(asked) == 4
    assert len([name for name in archive.namelist() if name.endswith("/post.md")]) == 2
    bob.forgive("ERR_FAILED")
    assert bob.page.evaluate(KEPT) == ["zips"]
    bob.context.unroute("**/envelope.json")

    # A tab keeps a whole one until it is left.
    other = bob.another_tab("/download/")
    other.press("Download all")
    says(other, "in-another-tab")
    bob.open("/")
    held: list[Route] = []
    other.context.route("**/envelope.json", lambda route: held.append(route))
    other.press("Download all")
    says(other, "working")
    asked_by: list[str] = []
    other.page.on("dialog", lambda dialog: asked_by.append(dialog.type))
    other.open("/download/")
    assert asked_by == ["beforeunload"]
    expect(other.page.locator("download-all[data-ready]")).to_be_attached()
    nothing_is_kept(other)
    other.press("Download all")
    says(other, "working")
    other.press("Cancel")
    for route in held:
        route.abort()
    says(other, "stopped")
    nothing_is_kept(other)
    other.forgive("ERR_FAILED")
    other.context.unroute("**/envelope.json")

    # A disk that is full, and a browser that has no files for sites.
    other.page.evaluate(FULL)
    other.press("Download all")
    says(other, "no-room")
    nothing_is_kept(other)
    other.page.add_init_script("delete StorageManager.prototype.getDirectory")
    assert len(take(other, "/download/").namelist()) == len(archive.namelist())
