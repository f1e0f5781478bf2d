"""The path that everything is for: two people write and read, and nobody else sees anything."""

from playwright.sync_api import expect

from tests.browser.database import where_is

TITLE = "Zugvögel über dem Deich"
TEXT = "Am Morgen waren es *vierhundert*, am Abend keiner mehr."
AS_READ = "Am Morgen waren es vierhundert, am Abend keiner mehr."


def test_alice_writes_and_bob_reads_and_mallory_and_the_database_see_nothing(site, person):
    alice, bob, mallory = person("Alice"), person("Bob"), person("Mallory")
    alice.sign_up()
    mallory.arrive()
    slug = alice.make_group("Vogelfreunde")
    link = alice.invite(slug)

    # Bob came by the link, so he goes on to what he was invited to.
    bob.sign_up(link)
    bob.page.get_by_role("link", name="Later", exact=True).click()
    bob.press("Join")
    expect(bob.page.get_by_role("heading", name="Vogelfreunde", exact=True)).to_be_visible()

    post = alice.publish(slug, title=TITLE, text=TEXT)
    expect(alice.article).to_have_attribute("data-access", "open")
    expect(alice.body).to_have_text(AS_READ)
    # The list that Bob has open shows it without a reload.
    bob.page.get_by_role("link", name=TITLE, exact=True).click()
    expect(bob.article).to_have_attribute("data-access", "open")
    expect(bob.body).to_have_text(AS_READ)
    expect(bob.body.locator("em")).to_have_text("vierhundert")
    expect(bob.page).to_have_title(f"{TITLE} · SecureBlogs")

    addresses = [post, f"{post}envelope.json", f"/groups/{slug}/", f"/groups/{slug}/members/"]
    addresses.append(f"/groups/{slug}/posts/new/")
    assert [bob.status(address) for address in addresses] == [200] * 5
    assert [mallory.status(address) for address in addresses] == [404] * 5
    assert [mallory.status(address.replace(slug, "nothing")) for address in addresses[2:]] == [404] * 3
    visitor = person("Visitor")
    assert [visitor.status(address) for address in addresses] == [302, 401, 302, 302, 302]

    assert where_is(site.database_url, "vierhundert") == []
    assert where_is(site.database_url, TITLE) == ["posts_revision.title"]


def test_leaving_and_deleting_ask_first_and_name_what_is_lost(scene):
    alice, bob = scene.alice, scene.bob
    slug = alice.has_group("Runners")
    bob.has_joined(alice.has_link(slug))
    post = alice.publish(slug, title="Not for long", text="Gone tomorrow.")

    alice.press("Delete post")
    dialog = alice.page.get_by_role("dialog")
    expect(dialog).to_contain_text("“Not for long” and every key that opens it are deleted")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    alice.press("Cancel")
    expect(dialog).to_be_hidden()
    assert bob.status(post) == 200

    alice.press("Delete post")
    alice.press("Delete post")
    expect(alice.page.get_by_text("“Not for long” is deleted.")).to_be_visible()
    assert bob.status(post) == 404

    bob.open(f"/groups/{slug}/")
    bob.press("Leave")
    expect(bob.page.get_by_role("dialog")).to_contain_text("You can no longer open the group")
    bob.press("Leave")
    expect(bob.page.get_by_text("You left Runners.")).to_be_visible()
    assert bob.status(f"/groups/{slug}/") == 404
