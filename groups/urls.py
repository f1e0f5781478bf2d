from django.urls import path

from groups.views import groups, invitations, members, people

app_name = "groups"
# As in posts.urls; a verb without an object is about the group.
urlpatterns = [
    path("groups/", groups.index, name="index"),
    path("groups/new/", groups.new, name="new"),
    path("groups/<slug:slug>/edit/", groups.edit, name="edit"),
    path("groups/<slug:slug>/hand_over/", groups.hand_over, name="hand_over"),
    path("groups/<slug:slug>/delete/", groups.delete, name="delete"),
    path("groups/<slug:slug>/join/", members.join, name="join"),
    path("groups/<slug:slug>/leave/", members.leave, name="leave"),
    path("groups/<slug:slug>/members/", members.index, name="members"),
    path("groups/<slug:slug>/members/<uuid:uid>/remove/", members.remove, name="remove_member"),
    path("groups/<slug:slug>/members/<uuid:uid>/role/", members.change_role, name="change_role"),
    path("groups/<slug:slug>/kept_out/<uuid:uid>/let_back_in/", members.let_back_in, name="let_back_in"),
    path("groups/<slug:slug>/invitations/", invitations.create, name="create_invitation"),
    path("groups/<slug:slug>/invitations/<int:pk>/revoke/", invitations.revoke, name="revoke_invitation"),
    path("people/<uuid:uid>/keys.json", people.keys, name="keys_of_person"),
    path("join/<str:token>/", invitations.invitation, name="invitation"),
]
