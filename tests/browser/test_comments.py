"""Comments in the browsers of several people: live, answered, edited, deleted, by pages, and who signed them."""

import os
import secrets
import time
import uuid

from playwright.sync_api import expect

from secureblogs.crypto.account_keys import AccountKey
from tests.browser.comments import comment, press, section, talk_of, write
from tests.browser.database import change
from tests.browser.pages import faults_of
from tests.browser.payloads import TEXTS
from tests.browser.test_keyboard import tab_to
from tests.browser.test_leaks import account_secrets
from tests.browser.test_payloads import FOREIGN, UNEXPECTED
from tests.browser.test_signed import published_by

MOVE = """
    UPDATE posts_comment SET (nonce, ciphertext, key_commitment) =
        (SELECT nonce, ciphertext, key_commitment FROM posts_comment WHERE uid = %(other)s)
    WHERE uid = %(moved)s
"""


def test_people_talk_under_a_post_and_each_sees_it_at_once(scene, site, person, record_property):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Herons", text="They *stand*.")
    alice.read(path)
    alice.hears(1)
    bob.read(path)
    bob.hears(1)
    expect(section(alice).get_by_role("heading")).to_have_text("0 comments")
    # Nothing of the comments is loaded before somebody uses the field.
    assert not any("comment_list" in request.url for request in bob.requests[-80:])

    write(bob, "How **long**?")
    expect(comment(alice, "How long?")).to_be_visible()
    bob.page.get_by_label("Write a comment", exact=True).fill("At dawn, too?")
    began = time.monotonic()
    section(bob).get_by_role("button", name="Comment", exact=True).click()
    expect(comment(alice, "At dawn, too?")).to_be_visible()
    took = time.monotonic() - began
    record_property("seconds", took)
    print(f"\nA comment, from the click to another reader's screen: {took * 1000:.0f} ms")

    expect(section(alice).get_by_role("heading")).to_have_text("2 comments")
    first = comment(alice, "How long?")
    expect(first.locator("strong")).to_have_text("long")
    expect(first).to_have_attribute("data-signed", "yes")
    press(first, "Reply")
    alice.page.get_by_label("Your reply", exact=True).fill("All morning.")
    press(first, "Send reply")
    answer = comment(bob, "All morning.")
    expect(answer).to_be_visible()
    assert answer.get_attribute("data-parent") == first.get_attribute("data-comment")
    # It stands after what it answers, and before what came later.
    expect(bob.page.locator("[data-comment-text]")).to_have_text(
        ["How long?", "All morning.", "At dawn, too?"]
    )

    press(comment(bob, "How long?"), "Edit comment")
    expect(bob.page.get_by_label("Your comment", exact=True)).to_have_value("How **long**?")
    bob.page.get_by_label("Your comment", exact=True).fill("How long, really?")
    press(comment(bob, "How long?"), "Save comment")
    edited = comment(alice, "How long, really?")
    expect(edited).to_contain_text("Edited")
    expect(edited).to_have_attribute("data-revision", "2")

    press(edited, "Delete comment")
    expect(alice.page.locator("dialog[open]")).to_contain_text("nobody can bring it back")
    alice.page.locator("dialog[open]").get_by_role("button", name="Delete comment", exact=True).click()
    expect(section(bob).get_by_text("This comment was deleted.", exact=True)).to_be_visible()
    expect(section(bob).get_by_role("heading")).to_have_text("2 comments")
    bob.open(f"/groups/{scene.slug}/")
    counted = bob.page.locator(f'a[href="{path}#comments"]')
    expect(counted).to_have_text("2 comments")
    # And while the list is open.
    bob.hears(1)
    write(alice, "And at night?")
    expect(counted).to_have_text("3 comments")

    # An edit of the post takes the talk along.
    alice.open(f"{path}edit/")
    expect(alice.page.locator("post-editor[data-ready]")).to_be_attached()
    alice.page.get_by_label("Text", exact=True).fill("They *fish*.")
    alice.press("Save")
    expect(alice.article).to_have_attribute("data-revision", "2")
    expect(bob.read(path)).to_have_text("They fish.")
    expect(comment(bob, "And at night?")).to_have_attribute("data-signed", "yes")
    write(bob, "Always.")
    expect(comment(alice, "Always.")).to_be_visible()


def test_what_was_typed_stays_until_the_site_has_it(scene, site):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Kept", text="x")
    bob.read(path)
    field = bob.page.get_by_label("Write a comment", exact=True)
    button = section(bob).get_by_role("button", name="Comment", exact=True)
    error = section(bob).locator(".field__error").first
    button.click()
    expect(error).to_have_text("Write something first.")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("x" * 65_540)
    button.click()
    expect(error).to_contain_text("Bytes too many: 4")
    field.fill("Said before the line broke")
    expect(error).to_be_hidden()
    bob.context.set_offline(True)
    button.click()
    expect(error).to_contain_text("Your text is kept here; send it again")
    expect(field).to_have_value("Said before the line broke")
    bob.context.set_offline(False)
    bob.forgive("ERR_INTERNET_DISCONNECTED")
    # The draft, encrypted, is on the disk a moment later.
    bob.page.wait_for_function("() => Object.keys(sessionStorage).some((name) => name.includes('/comment/'))")
    bob.page.wait_for_timeout(300)
    bob.read(path)
    expect(field).to_be_visible()
    field.focus()
    expect(field).to_have_value("Said before the line broke")
    expect(section(bob).get_by_text("What you typed here before is here again.")).to_be_visible()
    button.click()
    expect(comment(bob, "Said before the line broke")).to_be_visible()
    expect(field).to_have_value("")

    # Two tabs edit the same: the second is told, and keeps its text.
    tab = bob.another_tab(path)
    for each, text in ((bob, "From one tab"), (tab, "From another tab")):
        press(comment(each, "Said before the line broke"), "Edit comment")
        each.page.get_by_label("Your comment", exact=True).fill(text)
    tab.page.route("**/ws/**", lambda route: route.abort())
    tab.page.evaluate(
        "() => document.addEventListener('comment.changed', (e) => e.stopImmediatePropagation(), true)"
    )
    press(comment(bob, "Said before the line broke"), "Save comment")
    expect(comment(bob, "From one tab")).to_be_visible()
    own = tab.page.locator("[data-comment]")
    own.get_by_role("button", name="Save comment", exact=True).click()
    expect(own.get_by_text("was changed in another tab or on another device")).to_be_visible()
    expect(own.locator("[data-comment-text]")).to_have_text("From one tab")
    expect(tab.page.get_by_label("Your comment", exact=True)).to_have_value("From another tab")
    own.get_by_role("button", name="Save comment", exact=True).click()
    expect(comment(bob, "From another tab")).to_be_visible()
    tab.page.close()


def test_a_script_that_does_not_come_makes_no_comment_a_damaged_one(scene):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Half loaded", text="x")
    bob.read(path)
    write(bob, "Nothing is wrong with this.")
    expect(comment(bob, "Nothing is wrong with this.")).to_be_visible()
    alice.page.route("**/keyring_comments*.js", lambda route: route.abort())
    alice.read(path)
    shown = alice.page.locator("[data-comment-text]")
    expect(shown).to_contain_text("The comments did not load")
    write(alice, "Nor with this.")
    expect(section(alice).get_by_text("Not sent: the site can't be reached.")).to_be_visible()
    alice.page.unroute("**/keyring_comments*.js")
    alice.read(path)
    expect(shown).to_contain_text("Nothing is wrong with this.")
    alice.page.get_by_label("Write a comment", exact=True).fill("")
    alice.forgive("ERR_FAILED")


def test_who_can_t_read_the_post_sees_the_number_and_no_more(scene, site, person):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Before Carol", text="x")
    bob.read(path)
    write(bob, "Only for readers")
    expect(comment(bob, "Only for readers")).to_be_visible()
    carol = person("Carol")
    carol.arrive()
    carol.has_joined(alice.has_link(scene.slug))

    carol.open(path)

    expect(carol.article).to_have_attribute("data-access", "no-key")
    expect(section(carol)).to_have_text("1 comment", use_inner_text=True)
    expect(carol.page.get_by_label("Write a comment", exact=True)).to_have_count(0)
    # And who is no member gets nothing.
    uid = bob.page.locator("[data-comment]").get_attribute("data-comment")
    addresses = [f"{path}comments/", f"/comments/{uid}/"]
    assert [carol.status(each) for each in addresses] == [200, 200]
    assert [scene.mallory.status(each) for each in addresses] == [404, 404]

    # A program that opened no talk takes none.
    email = f"program-{secrets.token_hex(4)}@example.org"
    silent = published_by(site, scene.slug, bob, email=email, title="By a program")
    bob.read(silent)
    expect(section(bob)).to_contain_text("This post takes no comments")
    expect(bob.page.get_by_label("Write a comment", exact=True)).to_have_count(0)


def test_a_thousand_comments_come_by_pages_and_open_near_the_screen(scene, site, record_property):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Much said", text="x")
    seed, uid = account_secrets(bob)["account seed"], uuid.UUID(bob.uid)
    talk = talk_of(site, bob, path)
    key = AccountKey(seed, user=uid, generation=1)
    uids = talk.store(
        [f"Number {number}\n\n{'words ' * 60}" for number in range(1000)], key=key, place=talk.place(bob)
    )

    began = time.monotonic()
    alice.read(path)
    expect(comment(alice, "Number 0")).to_be_visible()
    print(
        f"\nA post with 1,000 comments, until the first is there: {(time.monotonic() - began) * 1000:.0f} ms"
    )

    rows, opened = alice.page.locator("[data-comment]"), alice.page.locator("[data-comment][data-signed]")
    expect(section(alice).get_by_role("heading")).to_have_text("1,000 comments")
    expect(rows).to_have_count(20)
    alice.page.wait_for_timeout(500)
    assert 0 < opened.count() < 20
    for row in rows.all():
        row.scroll_into_view_if_needed()
    expect(opened).to_have_count(20)
    section(alice).get_by_role("button", name="More comments", exact=True).click()
    expect(rows).to_have_count(40)
    # The address of one leads to it, on whatever page it is.
    alice.page.goto("about:blank")
    alice.open(f"{path}#comment-{uids[900]}")
    expect(comment(alice, "Number 900")).to_be_in_viewport()
    expect(comment(alice, "Number 900")).to_be_focused()
    section(alice).get_by_role("button", name="Earlier comments", exact=True).click()
    expect(rows).to_have_count(40)
    # In an open page, too.
    alice.page.evaluate("(hash) => (location.hash = hash)", f"#comment-{uids[5]}")
    expect(comment(alice, "Number 5")).to_be_focused()
    alice.page.evaluate("(hash) => (location.hash = hash)", f"#comment-{uuid.uuid4()}")
    expect(section(alice).get_by_text("This comment is gone: it was deleted.")).to_be_visible()
    # One's own goes to the end, and the page with it.
    write(alice, "The last word")
    expect(comment(alice, "The last word")).to_be_in_viewport()


def test_a_comment_shows_what_does_not_hold_and_its_text_is_text(scene, site):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Doubts", text="x")
    seed, uid = account_secrets(bob)["account seed"], uuid.UUID(bob.uid)
    talk = talk_of(site, bob, path)
    place = talk.place(bob)
    key = AccountKey(seed, user=uid, generation=1)
    forged = AccountKey(os.urandom(32), user=uid, generation=1)
    (moved, other) = talk.store(["Moved", "Elsewhere"], key=key, place=place)
    talk.store(["Not by Bob"], key=forged, place=place)
    texts_as_sealed = [each.encode("utf-16", "surrogatepass").decode("utf-16") for each in TEXTS]
    payloads = [
        "\n\n".join(f"payload {at}\n\n{text}" for at, text in list(enumerate(texts_as_sealed))[half::2])
        for half in (0, 1)
    ]
    talk.store(payloads, key=key, place=place)
    assert change(site.database_url, MOVE, moved=moved, other=other) == 1

    alice.read(path)

    damaged = alice.page.locator(f'[data-comment="{moved}"]')
    expect(damaged).to_contain_text("This comment can't be opened")
    broken = comment(alice, "Not by Bob")
    expect(broken).to_have_attribute("data-signed", "broken")
    expect(broken).to_contain_text("somebody else may have written it")
    expect(comment(alice, "Elsewhere")).to_have_attribute("data-signed", "yes")
    for text in alice.page.locator("[data-comment-text]").all():
        text.scroll_into_view_if_needed()
    texts = alice.page.locator("[data-comment-text]").filter(has_text="payload")
    expect(texts).to_have_count(2)
    for text in texts.all():
        expect(text).not_to_have_attribute("aria-busy", "true")
        text.evaluate(
            """(text) => text.querySelectorAll("[id], [href^='#comment-']").forEach((element) => {
              for (const name of ["id", "href"]) {
                const value = element.getAttribute(name);
                value && element.setAttribute(name, value.replace(/comment-[0-9a-f-]{36}-/, ""));
              }
            })"""
        )
        assert text.evaluate(UNEXPECTED) == []
    assert alice.page.evaluate(FOREIGN) == []


def test_comments_need_no_mouse_and_fit_a_phone(scene, site, tmp_path):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="By hand", text="x")
    bob.read(path)
    write(bob, "A first thought.\n\n- one\n- two")
    expect(comment(bob, "A first thought.")).to_be_visible()

    alice.read(path)
    expect(comment(alice, "A first thought.")).to_be_visible()
    row = comment(alice, "A first thought.")
    tab_to(alice, row.get_by_role("button", name="Reply", exact=True))
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_label("Your reply", exact=True)).to_be_focused()
    alice.page.keyboard.type("A second one.")
    assert faults_of(alice.page) == []
    alice.page.keyboard.press("Control+Enter")
    expect(comment(alice, "A second one.")).to_be_focused()
    tab_to(alice, alice.page.get_by_label("Write a comment", exact=True))
    alice.page.keyboard.type("A third.")
    tab_to(alice, section(alice).get_by_role("button", name="Comment", exact=True))
    alice.page.keyboard.press("Enter")
    expect(comment(alice, "A third.")).to_be_visible()
    press(comment(alice, "A first thought."), "Delete comment")
    assert faults_of(alice.page) == []
    alice.page.keyboard.press("Escape")
    assert faults_of(alice.page) == []
