"""`read_post` opens an envelope with a private key alone, and otherwise says why in one sentence."""

import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Device
from posts.management.commands.read_post import Command
from posts.sealing import envelopes
from secureblogs.crypto.wrapping import export_private_key
from tests.account import Account
from tests.secureblogs.crypto.vectors import load

VECTORS = Path(__file__).parents[2] / "vectors"
MADE = json.loads((VECTORS / "js-made.json").read_text())
HELLO = MADE["envelopes"][0]


@pytest.fixture
def files(tmp_path):
    """A file for each private key and one for the first envelope."""
    for name, pem in MADE["private_keys"].items():
        (tmp_path / f"{name}.pem").write_text(pem)
    (tmp_path / "envelope.json").write_text(json.dumps(HELLO["envelope"]))
    return tmp_path


PLACE = HELLO["envelope"]
PLACED = f"Post {PLACE['post']}, revision 1, in group {PLACE['group']}, by author {PLACE['author']}.\n"
SIGNED = (
    f"Signed with account key {PLACE['author_keys'][0]['fingerprint']}, generation 1. The envelope brought that key "
    "along: compare it with what you know of its author.\n"
)
SAID = f"{PLACED}Not from you but from the envelope: group, author, revision.\n{SIGNED}"


def read_post(folder, key="alice.pem", envelope="envelope.json", post=PLACE["post"], **place):
    """The command's words: on stdout, on stderr."""
    out, err = io.StringIO(), io.StringIO()
    key, envelope = (name if name == "-" else str(folder / name) for name in (key, envelope))
    options = [f"--{name}={value}" for name, value in {"key": key, "post": post, **place}.items()]
    call_command("read_post", envelope, *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(*arguments, **options):
    with pytest.raises(CommandError) as refused:
        read_post(*arguments, **options)
    return str(refused.value)


@pytest.mark.parametrize("reader", ["alice", "carol", "dave"])
def test_a_reader_sees_title_and_text(files, reader):
    assert read_post(files, key=f"{reader}.pem") == ("Hello\n\n# Hello\n\nSome *Markdown*.\n", SAID)


def test_which_post_is_meant_comes_from_the_reader(files):
    """Not from the file, which whoever runs the server could exchange for another post's."""
    with pytest.raises(CommandError, match="--post"):
        call_command("read_post", str(files / "envelope.json"), key=str(files / "alice.pem"))
    other = MADE["envelopes"][1]["envelope"]
    assert other["post"] != PLACE["post"]
    assert refusal(files, post=other["post"]) == (
        "The wrapped key does not open: it is damaged, or belongs to another post."
    )
    for elsewhere in ({"group": other["post"]}, {"author": other["post"]}):
        assert refusal(files, **elsewhere) == (
            "The post does not open: it is damaged, or not what it claims to be."
        )
    assert refusal(files, revision=2) == (
        "The wrapped key does not open: it is damaged, or belongs to another post."
    )
    for number in (-1, 0, 2**32):
        with pytest.raises(CommandError, match=f"invalid revision: {number}"):
            read_post(files, revision=number)
    known = {name: PLACE[name] for name in ("group", "author", "revision")}
    assert read_post(files, **known)[1] == f"{PLACED}{SIGNED}"


def test_it_says_what_proves_the_author(files):
    def told(author_keys):
        (files / "envelope.json").write_text(json.dumps(HELLO["envelope"] | {"author_keys": author_keys}))
        text, said = read_post(files, author=PLACE["author"])
        # Whatever is wrong with the signature, the text is shown.
        assert text.startswith("Hello")
        return said.splitlines()[-1] + "\n"

    links, others = PLACE["author_keys"], load("python-made")["envelopes"][0]["envelope"]["author_keys"]
    careful = "Careful: nothing proves that this is by its author, or that they wrote it for this place.\n"
    assert told(links) == SIGNED
    wrong: list[object] = [[], None, {}, ["x"], others]
    assert {told(each) for each in wrong} == {careful}
    assert told([links[0] | {"signature": others[0]["signature"]}]) == careful


def test_it_says_who_signed_nothing_and_whose_key_was_lost(tmp_path, alice, group):
    account, own = Account(alice.user), dict.fromkeys(alice.private_keys, "Laptop")
    (tmp_path / "alice.pem").write_text(export_private_key(*alice.private_keys.values()))

    def told(post):
        sealed = envelopes.envelope(post.current, reader=alice.user)
        (tmp_path / "envelope.json").write_text(json.dumps(sealed))
        return read_post(tmp_path, post=post.uid)[1].splitlines()[-1]

    unsigned = alice.publish(group)
    assert told(unsigned) == "It is not signed: its author has no account key."
    account.make("Laptop", own=own)
    signed, mark = alice.publish(group, account_key=account.newest), account.newest.fingerprint.hex()
    assert told(signed).startswith(f"Signed with account key {mark}, generation 1.")
    assert told(unsigned).startswith("Careful: nothing proves that this is by its author")
    account.replace("Laptop", cause="lost-device", own=own)
    assert told(signed) == f"Careful: signed with account key {mark}, which was later reported lost."
    Device.objects.update(used_at=timezone.now() - timedelta(days=40))
    account.start_over("New laptop", own=own)
    assert told(signed).startswith(
        f"Careful: signed with account key {mark}, from before its owner started over."
    )


def test_it_needs_no_database_and_no_checks():
    assert Command.requires_system_checks == []


@pytest.mark.parametrize("from_stdin", ["alice.pem", "envelope.json"])
def test_one_of_the_two_comes_from_standard_input(files, monkeypatch, from_stdin):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((files / from_stdin).read_bytes())))
    names = ["-" if name == from_stdin else name for name in ("alice.pem", "envelope.json")]
    assert read_post(files, *names) == ("Hello\n\n# Hello\n\nSome *Markdown*.\n", SAID)


def test_a_title_that_differs_is_told(files):
    (files / "envelope.json").write_text(json.dumps(HELLO["envelope"] | {"title": "Goodbye"}))
    assert read_post(files) == (
        "Hello\n\n# Hello\n\nSome *Markdown*.\n",
        f"{SAID}Careful: the site shows another title for this post.\n",
    )


def test_a_stranger_is_told_that_nothing_is_wrapped_for_them(files):
    wrapped_keys = [entry for entry in HELLO["envelope"]["wrapped_keys"] if entry["algorithm"] != "x-wing"]
    (files / "envelope.json").write_text(json.dumps(HELLO["envelope"] | {"wrapped_keys": wrapped_keys}))
    assert refusal(files) == (
        "Nothing in this envelope is wrapped for this private key, "
        f"whose fingerprint is {MADE['fingerprints']['alice']}."
    )


def test_what_does_not_open_is_told_calmly(files):
    other = MADE["envelopes"][1]["envelope"]
    for change, sentence in (
        ({"revision": 2}, "The wrapped key does not open: it is damaged, or belongs to another post."),
        (
            {"ciphertext": other["ciphertext"]},
            "The post does not open: it is damaged, or not what it claims to be.",
        ),
    ):
        (files / "envelope.json").write_text(json.dumps(HELLO["envelope"] | change))
        assert refusal(files) == sentence


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"v": 1}', b'{"v": 1e999}']
)
def test_what_is_no_envelope_is_told_calmly(files, content):
    (files / "envelope.json").write_bytes(content)
    path = files / "envelope.json"
    assert refusal(files) == f"{path} is not the envelope of a post, as /posts/<uid>/envelope.json gives it."


def test_a_key_that_is_none_or_not_there_or_read_with_the_envelope_is_told_calmly(files):
    (files / "alice.pem").write_text(MADE["public_keys"]["alice"])
    assert refusal(files) == (
        "Accepted is one PEM block labelled 'PRIVATE KEY' (PKCS#8). This makes it: "
        "openssl pkcs8 -topk8 -nocrypt -in private.pem -out key.pem"
    )
    (files / "alice.pem").write_bytes(b"x" * 32)
    assert refusal(files).startswith("Accepted is one PEM block labelled 'PRIVATE KEY'")
    assert (
        refusal(files, key="nobody.pem")
        == f"{files / 'nobody.pem'} can't be read: No such file or directory."
    )
    assert refusal(files, "-", "-") == "Only one of the two can be read here."


def test_a_terminal_is_spared_control_characters(files, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    out = Terminal()
    (files / "envelope.json").write_text(json.dumps(MADE["envelopes"][2]["envelope"]))
    place = MADE["envelopes"][2]["envelope"]["post"]
    command = ["read_post", str(files / "envelope.json"), "--key", str(files / "alice.pem"), "--post", place]
    call_command(*command, stdout=out, stderr=Terminal())
    assert out.getvalue() == '"\\\n\n\t\n"\\/</script><!--\n'
