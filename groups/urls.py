from django.urls import path

from groups.views import groups, invitations, members

app_name = "groups"
urlpatterns = [
    path("groups/", groups.index, name="index"),
    path("groups/new/", groups.new, name="new"),
    path("groups/<slug:slug>/edit/", groups.edit, name="edit"),
    path("groups/<slug:slug>/join/", members.join, name="join"),
    path("groups/<slug:slug>/leave/", members.leave, name="leave"),
    path("groups/<slug:slug>/members/", members.index, name="members"),
    path("groups/<slug:slug>/members/<uuid:uid>/remove/", members.remove, name="remove_member"),
    path("groups/<slug:slug>/members/<uuid:uid>/role/", members.change_role, name="change_role"),
    path("groups/<slug:slug>/invitations/", invitations.create, name="create_invitation"),
    path("groups/<slug:slug>/invitations/<int:pk>/revoke/", invitations.revoke, name="revoke_invitation"),
    path("join/<str:token>/", invitations.invitation, name="invitation"),
]
