"""A message names people, groups and posts: it waits in the session, and goes with it."""

from tests.cast import Person


def test_what_one_person_was_told_waits_for_nobody_who_logs_in_after_them(client, alice: Person, bob: Person):
    client.force_login(alice.user)
    answer = client.post(
        "/groups/new/", {"name": "Secret society", "description": "", "joining": "invitation"}
    )
    link = client.post(f"{answer['Location']}invitations/")
    (invitation,) = link.context["invitations"]
    told = client.post(f"{answer['Location']}invitations/{invitation.pk}/revoke/")
    assert told.status_code == 302

    assert "messages" not in client.cookies
    client.logout()
    client.force_login(bob.user)
    assert "The link is revoked." not in client.get("/groups/").content.decode()

    # Alice herself would have read it.
    client.force_login(alice.user)
    client.post(f"{answer['Location']}invitations/")
    (invitation,) = client.get(f"{answer['Location']}members/").context["invitations"]
    client.post(f"{answer['Location']}invitations/{invitation.pk}/revoke/")
    assert "The link is revoked." in client.get("/groups/").content.decode()
