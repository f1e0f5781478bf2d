"""/keys/: which keys I have."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.domain import keys
from tests.cast import make_person
from tests.pages import signed_in
from tests.posts.keys import KEYS


def test_each_key_stands_there_with_its_fingerprint_and_a_private_one_cannot_be_sent(alice, browser):
    public_key = alice.user.public_keys.get()

    page = browser.get(KEYS).content.decode()

    assert re.findall(r'data-fingerprint="(\w+)"', page) == [public_key.fingerprint]
    assert "Laptop" in page
    assert "X-Wing" in page
    groups = " ".join(public_key.fingerprint[i : i + 4] for i in range(0, 64, 4))
    assert f'<code class="fingerprint">{groups}</code>' in page
    assert f'<copy-button data-text="{groups}">' in page

    buttons = [name.strip() for name in re.findall(r"<button[^>]*>([^<]*)</button>", page)]
    assert [buttons.count(name) for name in ("Bring into this browser", "Add key")] == [1, 1]
    labels = [name.strip() for name in re.findall(r"<label[^>]*>([^<]*)</label>", page)]
    assert labels == ["Label", "Public key (PEM)", "Private key (PEM)"]

    (field,) = re.findall(r'<textarea[^>]*id="private-key"[^>]*>', page)
    assert "name=" not in field


def test_revoked_and_unusable_keys_say_so_and_come_last(alice, browser):
    revoked, unusable, active = (alice.add_key(label) for label in ("Old phone", "Broken", "New phone"))
    keys.revoke(revoked)
    keys.mark_unusable(unusable.pk)

    page = browser.get(KEYS).content.decode()

    first = alice.user.public_keys.get(label="Laptop")
    assert re.findall(r'data-fingerprint="(\w+)"', page) == [
        key.fingerprint for key in (active, first, unusable, revoked)
    ]
    assert len(re.findall(r'<span class="badge">revoked</span>', page)) == 1
    assert "found unusable" in page
    # An unusable one can be cleared away; a revoked one can't be revoked again.
    assert page.count("for ever?</h2>") == 3


def test_nobody_sees_another_s_keys(alice, mallory):
    assert alice.user.public_keys.get().fingerprint in signed_in(alice).get(KEYS).content.decode()

    page = signed_in(mallory).get(KEYS).content.decode()

    assert alice.user.public_keys.get().fingerprint not in page


def test_whoever_has_no_key_is_told_and_shown_the_button_that_mends_it(db):
    page = signed_in(make_person("Dora", with_key=False)).get(KEYS).content.decode()

    assert "You have no key." in page
    assert page.count("Make my key") == 1


def test_the_page_asks_as_many_queries_for_thirty_keys_as_for_one(alice, browser, post):
    browser.get(KEYS)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(KEYS).status_code == 200
        return len(captured)

    with_one = queries()
    for number in range(29):
        alice.add_key(f"Key {number}")

    assert queries() == with_one
