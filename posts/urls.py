from django.urls import path

from posts.comments import views as comments
from posts.files import views as files
from posts.leaving import views as leaving
from posts.lift import views as lift
from posts.requests.views import answering, asking, notices, pages
from posts.search import views as search
from posts.views import envelopes, groups, keys, posts, versions, writing
from posts.zips import views as zips

app_name = "posts"
# What shows something is named after it; what does something by its verb and, unless that is a post, its object.
urlpatterns = [
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("groups/<slug:slug>/download/", zips.one_group, name="take_group"),
    path("groups/<slug:slug>/download/posts.json", zips.posts, name="posts_of_group_to_take"),
    path("download/", zips.all_groups, name="take_all"),
    path("download/posts.json", zips.posts, name="posts_to_take"),
    path("write/", writing.write, name="write"),
    path("drafts/", writing.drafts, name="drafts"),
    path("groups/<slug:slug>/posts/new/", writing.new_post, name="new"),
    path("groups/<slug:slug>/posts/", writing.submit, name="submit"),
    path("posts/<uuid:uid>/", posts.post, name="post"),
    path("posts/<uuid:uid>/envelope.json", envelopes.envelope, name="envelope"),
    path("posts/<uuid:uid>/delete/", posts.delete, name="delete"),
    path("posts/<uuid:uid>/retry/", posts.retry, name="retry"),
    path("posts/<uuid:uid>/edit/", writing.edit, name="edit"),
    path("posts/<uuid:uid>/versions/", versions.versions, name="versions"),
    path("posts/<uuid:uid>/revisions/", writing.revise, name="revise"),
    path("posts/<uuid:uid>/revisions/discard/", posts.discard, name="discard"),
    path("posts/<uuid:uid>/request_read/", asking.ask, name="ask"),
    path("groups/<slug:slug>/request_read/", asking.ask_all, name="ask_all"),
    path("posts/<uuid:uid>/grants/", pages.grants, name="grants"),
    path("posts/<uuid:uid>/comments/", comments.comments, name="comments"),
    path("posts/<uuid:uid>/comment/", comments.write, name="write_comment"),
    path("comments/<uuid:uid>/", comments.comment, name="comment"),
    path("comments/<uuid:uid>/edit/", comments.edit, name="edit_comment"),
    path("comments/<uuid:uid>/delete/", comments.delete, name="delete_comment"),
    path("files/", files.announce, name="announce_file"),
    path("files/<uuid:uid>", files.file, name="file"),
    path("files/<uuid:uid>/parts/<int:number>", files.part, name="file_part"),
    path("requests/", pages.requests, name="requests"),
    path("requests/<int:pk>.json", answering.read_request, name="request_material"),
    path("requests/<int:pk>/approve/", answering.approve, name="approve_request"),
    path("requests/<int:pk>/reject/", answering.reject, name="reject_request"),
    path("requests/<int:pk>/withdraw/", asking.withdraw, name="withdraw_request"),
    path("requests/<int:pk>/report/", asking.report, name="report_request"),
    path("requests/<int:pk>/mute/", answering.mute, name="mute_asker"),
    path("requests/<int:pk>/withdraw_grant/", answering.withdraw_grant, name="withdraw_grant"),
    path("requests/<int:pk>/toast/", pages.toast, name="request_toast"),
    path("requests/waiting.json", answering.waiting, name="requests_waiting"),
    path("requests/from/<uuid:uid>.json", answering.waiting_from, name="requests_from"),
    path("requests/muted/<uuid:uid>/unmute/", answering.unmute, name="unmute_asker"),
    path("requests/preferences/", notices.preferences, name="request_preferences"),
    path("requests/unsubscribe/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("accounts/data/", leaving.my_data, name="data"),
    path("accounts/data/download/", leaving.download, name="download"),
    path("accounts/delete/", leaving.delete_account, name="delete_account"),
    path("search/", search.search, name="search"),
    path("search/posts.json", search.readable_posts, name="readable_posts"),
    path("search/contents.json", search.contents, name="readable_contents"),
    path("search/comments.json", search.comments, name="readable_comments"),
    path("keys/", keys.my_keys, name="keys"),
    path("keys/lift.json", lift.lift, name="lift"),
    path("keys/<slug:fingerprint>/export/", keys.export, name="export_key"),
    path("keys/<slug:fingerprint>/revoke/", keys.revoke, name="revoke_key"),
]
