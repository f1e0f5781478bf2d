"""The path that everything is for: two people write and read, and nobody else sees anything."""

from playwright.sync_api import expect

from tests.browser.conftest import Enter, Scene
from tests.browser.database import where_is
from tests.site import Site

TITLE = "Zugvögel über dem Deich"
TEXT = "Am Morgen waren es *vierhundert*, am Abend keiner mehr."
AS_READ = "Am Morgen waren es vierhundert, am Abend keiner mehr."


def test_alice_writes_and_bob_reads_and_mallory_and_the_database_see_nothing(site: Site, person: Enter):
    alice, bob, mallory = person("Alice"), person("Bob"), person("Mallory")
    alice.sign_up()
    mallory.sign_up()
    slug = alice.make_group("Vogelfreunde")
    link = alice.invite(slug)

    # Bob came by the link, so he goes on to what he was invited to.
    bob.sign_up(link)
    bob.page.get_by_role("link", name="Continue", exact=True).click()
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
    assert where_is(site.database_url, TITLE) == ["posts_post.title"]


def test_each_post_goes_to_a_page_that_says_who_can_open_it(scene: Scene):
    scene.bob.read(scene.post)
    expect(scene.bob.page.get_by_text("Encrypted for 2 members. Only they can open it.")).to_be_visible()
    scene.bob.page.get_by_text("Who can read it", exact=True).click()
    expect(scene.bob.page.locator(".post__names p")).to_have_text("Alice, Bob")


def test_one_click_revokes_an_invitation_and_the_link_ends(scene: Scene):
    link = scene.alice.invite(scene.slug)
    assert scene.mallory.open(link) == 200

    scene.alice.page.get_by_role("button", name="Revoke", exact=True).first.click()
    expect(scene.alice.page.get_by_text("The link is revoked.")).to_be_visible()

    assert scene.mallory.open(link) == 404


def test_leaving_and_deleting_ask_first_and_name_what_is_lost(scene: Scene):
    alice, bob = scene.alice, scene.bob
    slug = alice.make_group("Runners")
    bob.join(alice.invite(slug))
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


def test_who_is_removed_sees_nothing_more_at_once(scene: Scene):
    alice, mallory = scene.alice, scene.mallory
    slug = alice.make_group("Rowers", joining="Anyone signed in")
    mallory.open(f"/groups/{slug}/")
    mallory.press("Join")
    post = alice.publish(slug, title="On the lake", text="Calm water.")
    expect(mallory.read(post)).to_have_text("Calm water.")

    alice.open(f"/groups/{slug}/members/")
    alice.press("Remove")
    expect(alice.page.get_by_role("dialog")).to_contain_text("Remove Mallory?")
    alice.press("Remove")
    expect(alice.page.get_by_text("Mallory is no longer a member.")).to_be_visible()

    assert mallory.status(post) == 404
    assert mallory.status(f"{post}envelope.json") == 404


def test_a_draft_survives_a_closed_page(scene: Scene):
    alice = scene.alice
    alice.write(scene.slug, title="Half a thought", text="To be continued")
    expect(alice.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()

    alice.open(f"/groups/{scene.slug}/posts/new/")

    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("To be continued")
    alice.press("Start over")
    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("")
