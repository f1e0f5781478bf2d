"""The page to write on: what the editor needs, and who will be able to read."""

from django.utils import timezone

from accounts.domain import keys
from groups.domain import groups, members
from groups.models import Group
from secureblogs.crypto.documents import MAX_BODY, MAX_TAG, MAX_TAGS, MAX_TITLE
from tests.cast import Person, make_person
from tests.pages import Element, page, signed_in, text_of


def write_page(person: Person, group: Group) -> Element:
    return page(signed_in(person).get(f"/groups/{group.slug}/posts/new/"))


def test_the_page_to_write_on_holds_what_the_editor_needs_under_plain_names(bob, group):
    editor = write_page(bob, group).one("post-editor")

    assert editor["data-action"] == "/groups/walkers/posts/"
    assert editor["data-sealing-key"] == "/sealing-key.json"
    assert editor["data-group"] == str(group.uid)
    assert editor["data-author"] == str(bob.user.uid)

    assert {label["for"]: label.text for label in editor.all("label") if "for" in label.attributes} == {
        "title": "Title",
        "text": "Text",
        "files": "Add pictures or files",
        "tags": "Tags",
    }
    form = editor.one("form", class_="write")
    marks = ["Bold", "Italic", "Heading", "Link", "Quote", "List", "Code", "Picture", "Text in Markdown"]
    in_line, viewer = ["Put into the text", "Try again", "Remove"], ["Previous", "Next", "Download", "Close"]
    assert [button.text for button in form.all("button")] == [
        *marks,
        *in_line,
        "Add the tag",
        *viewer,
        "Discard",
        "Preview",
        "Publish",
    ]
    dialogs = {
        dialog["id"]: [button.text for button in dialog.all("button")]
        for dialog in editor.all("dialog")
        if "id" in dialog.attributes
    }
    assert dialogs == {
        "publish": ["Cancel", "Publish"],
        "markdown-help": ["Close"],
        "discard": ["Cancel", "Discard"],
    }


def test_no_form_can_send_the_text_unsealed(bob, group):
    document = write_page(bob, group)

    text = document.one("textarea", id="text")
    # Nor does the browser keep it on its disk.
    assert (text.get("name"), text.get("autocomplete")) == (None, "off")
    # A form of this method outside of a dialog goes nowhere.
    assert (
        document.one("form", class_="write")["method"],
        document.one("form", class_="write").get("action"),
    ) == ("dialog", None)
    notice = "".join(str(child) for child in document.one("noscript").one("p").children)
    assert notice == "Your text is encrypted in this browser before it is sent, and that needs JavaScript."


def test_words_about_limits_say_the_limits(bob, group):
    words = {
        template["data-message"]: "".join(map(str, template.children))
        for template in write_page(bob, group).all("template")
        if "data-message" in template.attributes
    }

    assert words["title-too-long"] == f"Keep the title to {MAX_TITLE} characters."
    assert words["text-too-long"].startswith(f"The text is longer than {MAX_BODY >> 20} MiB.")
    assert words["tags-too-many"] == f"At most {MAX_TAGS} tags."
    assert words["tag-too-long"] == f"Keep each tag to {MAX_TAG} characters; put commas between them."


def test_every_failure_has_its_words(bob, group):
    words = {
        template["data-message"]
        for template in write_page(bob, group).one("post-editor").all("template")
        if "data-message" in template.attributes
    }

    assert words == {
        *("title-missing", "title-too-long", "text-missing", "text-too-long", "size", "size-over", "count"),
        *("group-missing", "tags-too-many", "tag-too-long"),
        *("sealing", "offline", "failed", "refused", "session-ended", "somebody-else", "no-sealing-key"),
        *("key-elsewhere", "key-problem", "saved", "restored", "unsaved", "unsaved-away", "copied"),
        *("saved-everywhere", "saved-here-alone", "both-kept", "storage-low"),
        *("draft-gone", "draft", "draft-untitled", "drafts-closed"),
        *("earlier-text", "other-tabs-text", "not-loaded", "typed", "typed-partly"),
        *("heading-link", "note", "note-back", "task", "task-done"),
        *("uploading", "files-missing", "line", "preparing", "waiting", "done"),
        *("note-broken", "note-undecodable", "note-no-picture", "note-still"),
        *("too-large", "too-many", "unreadable", "lost", "folder"),
        *("file-damaged", "file-away", "picture-damaged", "picture-away", "picture-waits", "viewer"),
    }


def test_members_without_a_key_are_named(bob, group):
    members.join(group, user=make_person("Dan", with_key=False).user)
    assert text_of(write_page(bob, group), "write__without-key") == (
        "1 member has no key yet and will have to ask: Dan"
    )

    members.join(group, user=make_person("Carol", with_key=False).user)

    document = write_page(bob, group)
    assert text_of(document, "write__readers") == "2 members will be able to read this."
    assert text_of(document, "write__without-key") == (
        "2 members have no key yet and will have to ask: Carol, Dan"
    )


def test_a_revoked_key_counts_as_none_and_when_nobody_has_one_it_says_so(alice, bob, group):
    keys.revoke(alice.user.public_keys.get())

    document = write_page(bob, group)

    assert text_of(document, "write__readers") == "1 member will be able to read this."
    assert text_of(document, "write__without-key") == "1 member has no key yet and will have to ask: Alice"

    for person in (alice, bob):
        keys.revoke(person.user.public_keys.get())

    assert text_of(write_page(bob, group), "write__readers") == (
        "No member has a key yet: nobody will be able to read this."
    )


def test_of_many_without_a_key_five_are_named(bob, group):
    for number in range(12):
        members.join(group, user=make_person(f"Member {number:02}", with_key=False).user)

    assert text_of(write_page(bob, group), "write__without-key") == (
        "12 members have no key yet and will have to ask: "
        "Member 00, Member 01, Member 02, Member 03, Member 04 and 7 others"
    )


def test_an_author_without_a_key_is_told_so(bob, group):
    assert write_page(bob, group).all("p", class_="notice__title") == []
    keys.revoke(bob.user.public_keys.get())

    document = write_page(bob, group)

    assert text_of(document, "notice__title") == "You have no key."
    assert "Make my key" in [link.text for link in document.all("a")]


def test_in_a_locked_group_there_is_no_form(bob, group):
    Group.objects.update(locked_at=timezone.now())

    document = write_page(bob, group)

    assert document.one("h1").text == "Nobody can post here now"
    assert document.one("p", class_="notice--warning").one("a", href="/drafts/").text == "drafts"
    assert document.all("post-editor") == []


def test_the_group_is_chosen_among_those_that_take_posts(alice, bob, group):
    groups.create("Readers", owner=bob.user)
    locked = groups.create("Locked", owner=bob.user)
    Group.objects.filter(pk=locked.pk).update(locked_at=timezone.now())
    groups.create("Others", owner=alice.user)

    def chosen(address: str) -> tuple[str | None, str, list[str]]:
        document = page(signed_in(bob).get(address))
        editor, choice = document.one("post-editor"), document.one("select", id="group")
        selected = [option.text for option in choice.all("option") if option.get("selected") is not None]
        return editor.get("data-action"), document.one("div", class_="write__who").text, selected

    options = page(signed_in(bob).get("/write/")).one("select", id="group").all("option")
    assert [(option["value"], option["data-action"]) for option in options] == [
        ("", ""),
        ("readers", "/groups/readers/posts/"),
        ("walkers", "/groups/walkers/posts/"),
    ]
    assert (
        chosen("/write/") == chosen("/write/?group=others") == chosen("/write/?group=locked") == ("", "", [])
    )
    who = "2 members will be able to read this."
    assert chosen("/write/?group=walkers") == ("/groups/walkers/posts/", who, ["Walkers"])


def test_the_only_group_is_chosen_and_who_has_none_is_shown_one(bob, mallory, group):
    editor = page(signed_in(bob).get("/write/")).one("post-editor")
    assert (editor["data-action"], editor["data-group"]) == ("/groups/walkers/posts/", str(group.uid))

    for address in ("/write/", "/"):
        document = page(signed_in(mallory).get(address))
        assert document.all("post-editor") == []
        assert document.one("figure").one("figcaption").text == "An example"
        assert document.one("main").one("a", class_="button")["href"] == "/groups/new/"


def test_every_page_leads_to_writing(bob, group, post):
    addresses = ["/", "/groups/", "/groups/walkers/", f"/posts/{post.uid}/", "/requests/", "/keys/"]
    addresses += ["/groups/walkers/members/", "/groups/new/", "/write/", "/drafts/", "/search/", "/download/"]
    for address in [*addresses, "/accounts/password/change/", "/accounts/data/"]:
        assert page(signed_in(bob).get(address)).one("nav", aria_label="Main").links["Write"] == "/write/"
