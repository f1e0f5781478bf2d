"""What a post's page says of who wrote it, and what else its author sealed: tags, and the time by their clock."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.database import change
from tests.browser.manage import manage
from tests.browser.people import Person
from tests.browser.test_leaks import account_secrets
from tests.site import Site

AUTHOR = "(SELECT id FROM accounts_user WHERE email = %(email)s)"
WRITTEN = f"(SELECT id FROM posts_post WHERE author_id = {AUTHOR})"  # noqa: S608
WRITE = """
import uuid
from accounts.models import User
from accounts.models.account_key import AccountKeyQuerySet
from groups.domain import members
from groups.models import Group
from posts.publishing import posts as publishing
from tests.cast import sealed_draft
# As a server would do it that lets anybody write in anybody's name.
AccountKeyQuerySet.newest_of = lambda self, author: None
group, uid = Group.objects.get(slug={slug!r}), uuid.uuid4()
author, _ = User.objects.get_or_create(email={email!r}, defaults={{"name": "A program"}})
if not group.members.filter(pk=author.pk).exists():
    members.join(group, user=author)
draft = sealed_draft(author, group, uid=uid, title={title!r}, body="Not by *me*.")
publishing.submit(group, author=author, uid=uid, title={title!r}, draft=draft)
"""
FORGE = """
import uuid
from accounts.models import User
from groups.models import Group
from posts.models import Post, Revision
from posts.publishing import posts as publishing, signatures
from posts.sealing import sealing_keys
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.documents import Document
from tests.frames import framed, padded
# As a server would do it that shows anybody as the author: this process is the worker, and looks at no signature.
publishing.hint = lambda *about, **more: None
signatures.check = lambda revision, frame: None
group = Group.objects.get(slug={slug!r})
author, signer = (User.objects.get(email=email) for email in ({author!r}, {signer!r}))
key = AccountKey(bytes.fromhex({seed!r}), user=signer.uid, generation=1)
here, elsewhere = (
    Revision(post=Post(uid=uuid.uuid4(), group=group, author=user), number=1).contexts for user in (author, signer)
)
frame = framed(Document({title!r}, "Not of *here*."), elsewhere, account_key=key)
draft = sealing_keys.seal(padded(frame), context=here.draft)
post, _ = publishing.submit(group, author=author, uid=here.post, title={title!r}, draft=draft)
publishing.encrypt(post.current_id)
"""
SWAP = """
from posts.models import Post, PostKey
from secureblogs.crypto.contents import new_content_key, seal_content
from secureblogs.crypto.documents import Document
from secureblogs.crypto.frames import encode_frame
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import wrap
from tests.frames import framed
# As a server would do it that wants to read the comments under a post: it knows the secret of what it puts there.
revision, key = Post.objects.get(uid={uid!r}).current, new_content_key()
place = revision.contexts
sealed = seal_content(
    encode_frame(framed(Document(revision.title, "Put here.", thread=bytes(32)), place)),
    content_key=key, content_context=place.content, key_context=place.content_key,
)
for name in ("nonce", "ciphertext", "key_commitment"):
    setattr(revision, name, getattr(sealed, name))
revision.save()
for row in PostKey.objects.filter(revision=revision).select_related("public_key"):
    recipient = load_public_key(row.public_key.algorithm, bytes(row.public_key.der))
    wrapped = wrap(key, recipient, context=place.wrapped_key(row.public_key.fingerprint))
    PostKey.objects.filter(revision=revision, public_key=row.public_key).update(wrapped_key=wrapped)
"""


def says(person: Person) -> Locator:
    return person.page.locator("[data-author-says]")


def opens(person: Person, path: str, *, signed: str, text: str) -> None:
    """The text is shown, whatever is said of who wrote it."""
    person.open(path)
    expect(person.article).to_have_attribute("data-access", "open")
    expect(person.article).to_have_attribute("data-signed", signed)
    expect(person.body).to_have_text(text)


def published_by(site: Site, slug: str, reader: Person, *, email: str, title: str) -> str:
    """The path of a post that nobody signed, once it is out."""
    manage(site, WRITE.format(slug=slug, email=email, title=title))
    return path_of(reader, slug, title)


def path_of(reader: Person, slug: str, title: str) -> str:
    """The path of a post of this title, once it is out."""
    reader.open(f"/groups/{slug}/")
    link = reader.page.get_by_role("link", name=title, exact=True)
    expect(link).to_be_visible()
    path = link.get_attribute("href")
    assert path is not None
    return path


def test_a_post_says_who_signed_it_and_since_when_that_is_known(site: Site, person):
    alice, bob = person("Alice"), person("Bob")
    alice.arrive()
    bob.arrive()
    slug = alice.has_group("Walkers")
    bob.has_joined(alice.has_link(slug))
    alice.write(slug, title="On the ridge", text="It was *windy*.")
    tags, error = alice.page.get_by_label("Tags", exact=True), alice.page.locator("#tags-error")
    for wrong, sentence in (
        (", ".join(map(str, range(21))), "At most 20 tags."),
        ("x" * 31, "Keep each tag to 30 characters; put commas between them."),
    ):
        tags.fill(wrong)
        # Enter in this field publishes nothing.
        tags.press("Enter")
        expect(error).to_be_hidden()
        alice.press("Publish")
        expect(error).to_have_text(sentence)
        expect(tags).to_be_focused()
        expect(tags).to_have_attribute("aria-invalid", "true")
    tags.fill(" wind , <img src=x>,, wind，海 ")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-signed", "yes")
    expect(says(alice)).to_have_text("Signed with your key.")
    post = alice.path

    bob.requests.clear()
    opens(bob, post, signed="yes", text="It was windy.")
    expect(says(bob)).to_have_text(
        re.compile(r"^Signed with the key that this browser first saw for Alice on \d+ \w+ \d{4}\.$")
    )
    expect(bob.page.locator("[data-tag]")).to_have_text(["wind", "<img src=x>", "海"])
    expect(bob.article).not_to_contain_text("clock")
    assert [request.url for request in bob.requests if "/people/" in request.url] == []
    # Her key is remembered from then on, before Bob lets her in anywhere.
    bob.open(f"/groups/{slug}/members/")
    mark = bob.page.locator(f'[data-person="{alice.uid}"] [data-person-mark]')
    expect(mark).to_have_text(re.compile("^key first seen here on"))

    # Written in her name, past her browser; and by somebody who has no key.
    forged = published_by(site, slug, bob, email=alice.email, title="Forged")
    opens(bob, forged, signed="broken", text="Not by me.")
    expect(says(bob)).to_have_text(
        "This is not signed, although Alice has a key to sign with: somebody else may have written it."
    )
    # Signed by her for another post, and by himself, and shown as hers here.
    for title, signer in (("Moved", alice), ("Claimed", bob)):
        seed = account_secrets(signer)["account seed"].hex()
        people = {"author": alice.email, "signer": signer.email}
        manage(site, FORGE.format(slug=slug, seed=seed, title=title, **people))
        opens(bob, path_of(bob, slug, title), signed="broken", text="Not of here.")
        expect(says(bob)).to_have_text(
            "The signature is not one of Alice for this post: somebody else may have written it, or put it here."
        )
    program = published_by(site, slug, bob, email="keyless@example.org", title="Made")
    opens(bob, program, signed="no", text="Not by me.")
    expect(says(bob)).to_have_text(
        "Not signed: A program has no key to sign with. That they wrote it is the word of this site."
    )

    # A chain that does not hold, and a date that is not the one of her clock.
    change(
        site.database_url,
        f"UPDATE accounts_accountkey SET signature = decode(repeat('00', 64), 'hex') WHERE user_id = {AUTHOR}",  # noqa: S608
        email=alice.email,
    )
    change(
        site.database_url,
        f"UPDATE posts_revision SET submitted_at = submitted_at - interval '3 days' WHERE post_id IN {WRITTEN}",  # noqa: S608
        email=alice.email,
    )
    opens(bob, post, signed="broken", text="It was windy.")
    expect(says(bob)).to_have_text(
        "What this site says of the keys of Alice does not fit together, so it is unknown who wrote this."
    )
    expect(bob.page.locator("decrypted-post > [data-says]")).to_contain_text("By its author's clock it is of")


def test_an_author_hears_before_they_go_on_from_a_text_that_they_did_not_sign(site: Site, person):
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Walkers")
    post = alice.publish(slug, title="On the ridge", text="It was *windy*.")
    editor, doubts = alice.page.locator("post-editor[data-ready]"), alice.page.locator("[data-doubts]")
    alice.open(f"{post}edit/")
    expect(editor).to_be_attached()
    expect(doubts).to_be_hidden()
    alice.page.get_by_label("Text", exact=True).fill("It was *calm*.")
    expect(alice.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()

    manage(site, SWAP.format(uid=post.split("/")[2]))

    # Her draft stands in the fields, so that nothing else would show it.
    alice.open(f"{post}edit/")
    expect(editor).to_be_attached()
    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("It was *calm*.")
    expect(doubts).to_have_text(
        "This is not signed, although Alice has a key to sign with: somebody else may have written it."
    )
