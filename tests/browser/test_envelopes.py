"""What a reader sees of an envelope that is damaged, foreign, or somebody else's: one calm sentence, no text."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Route, expect

from tests.browser.database import change
from tests.browser.people import Person
from tests.commands import BASE_DIR

SENTENCE = (
    "This post can't be opened: what arrived here is not what its author sealed, or it is damaged. "
    "Nothing of it is shown."
)
# The last byte of a value, flipped in its lowest bit.
FLIPPED = "set_byte({0}, length({0}) - 1, get_byte({0}, length({0}) - 1) # 1)"


def cannot_open(reader: Person, post: str) -> None:
    reader.open(post)
    expect(reader.article).to_have_attribute("data-access", "damaged")
    expect(reader.page.get_by_text(SENTENCE)).to_be_visible()
    expect(reader.body).to_have_text("")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("posts_revision", "ciphertext"),
        ("posts_revision", "nonce"),
        ("posts_revision", "key_commitment"),
        ("posts_postkey", "wrapped_key"),
    ],
)
def test_one_flipped_bit_anywhere_shows_one_sentence_and_no_text(site, scene, table, column):
    uid = scene.post.split("/")[2]
    revision = "(SELECT current_id FROM posts_post WHERE uid = %(uid)s)"
    where = f"id = {revision}" if table == "posts_revision" else f"revision_id = {revision}"
    flip = f"UPDATE {table} SET {column} = {FLIPPED.format(column)} WHERE {where}"  # noqa: S608
    scene.bob.read(scene.post)

    assert change(site.database_url, flip, uid=uid) == (1 if table == "posts_revision" else 2)
    cannot_open(scene.bob, scene.post)

    change(site.database_url, flip, uid=uid)
    expect(scene.bob.read(scene.post)).to_have_text("It was windy up there.")


def test_the_envelope_of_another_post_does_not_open_in_its_place(site, scene):
    other = scene.alice.publish(scene.slug, title="Another", text="Another text.")
    uids = {"one": scene.post.split("/")[2], "other": other.split("/")[2]}
    # All that is sealed changes places: contents and wrapped keys.
    swap = """
        UPDATE posts_revision AS mine SET nonce = theirs.nonce, ciphertext = theirs.ciphertext,
            key_commitment = theirs.key_commitment
        FROM posts_revision AS theirs, posts_post AS my_post, posts_post AS their_post
        WHERE mine.id = my_post.current_id AND theirs.id = their_post.current_id AND my_post.id <> their_post.id
            AND my_post.uid IN (%(one)s, %(other)s) AND their_post.uid IN (%(one)s, %(other)s)
    """
    swap_keys = """
        UPDATE posts_postkey AS mine SET wrapped_key = theirs.wrapped_key
        FROM posts_postkey AS theirs, posts_post AS my_post, posts_post AS their_post
        WHERE mine.revision_id = my_post.current_id AND theirs.revision_id = their_post.current_id
            AND mine.public_key_id = theirs.public_key_id AND my_post.id <> their_post.id
            AND my_post.uid IN (%(one)s, %(other)s) AND their_post.uid IN (%(one)s, %(other)s)
    """
    assert change(site.database_url, swap, **uids) == 2
    assert change(site.database_url, swap_keys, **uids) == 4
    try:
        cannot_open(scene.bob, scene.post)
        cannot_open(scene.bob, other)
    finally:
        change(site.database_url, swap, **uids)
        change(site.database_url, swap_keys, **uids)
    expect(scene.bob.read(other)).to_have_text("Another text.")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda envelope: envelope | {"v": 3},
        lambda envelope: envelope | {"ciphertext": envelope["ciphertext"][:-8]},
        lambda envelope: envelope | {"ciphertext": "", "nonce": "?"},
        lambda envelope: envelope | {"wrapped_keys": [{"fingerprint": "00"}]},
        lambda envelope: (
            envelope
            | {"wrapped_keys": [key | {"algorithm": "rsa-oaep-256"} for key in envelope["wrapped_keys"]]}
        ),
    ],
    ids=["another version", "cut short", "no base64", "half a wrapped key", "another algorithm"],
)
def test_a_page_with_an_envelope_of_another_form_says_the_same(scene, spoil):
    def answer(route: Route) -> None:
        response = route.fetch()
        page = response.text()
        start = page.index('<script type="application/json">') + len('<script type="application/json">')
        end = page.index("</script>", start)
        spoiled = json.dumps(spoil(json.loads(page[start:end])))
        route.fulfill(response=response, body=page[:start] + spoiled + page[end:])

    scene.bob.page.route(f"**{scene.post}", answer)
    cannot_open(scene.bob, scene.post)
    scene.bob.page.unroute(f"**{scene.post}")


def test_the_command_line_opens_with_an_exported_key_what_the_browser_opens(site, scene, tmp_path):
    bob = scene.bob
    envelope = bob.context.request.get(f"{site.url}{scene.post}envelope.json").text()
    (tmp_path / "private.pem").write_text(bob.export_key())

    uid = scene.post.rstrip("/").rpartition("/")[2]
    key = str(tmp_path / "private.pem")
    command = [sys.executable, "manage.py", "read_post", "--key", key, "--post", uid, "-"]
    answer = subprocess.run(
        command,
        cwd=BASE_DIR,
        env=site.environment,
        input=envelope,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "On the ridge" in answer.stdout
    assert "It was *windy* up there." in answer.stdout
