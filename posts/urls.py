from django.urls import path

from posts.lift import views as lift
from posts.requests.views import answering, asking, notices, pages
from posts.views import envelopes, groups, keys, posts, writing

app_name = "posts"
# What shows something is named after it; what does something by its verb and, unless that is a post, its object.
urlpatterns = [
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("groups/<slug:slug>/posts/new/", writing.new_post, name="new"),
    path("groups/<slug:slug>/posts/", writing.submit, name="submit"),
    path("posts/<uuid:uid>/", posts.post, name="post"),
    path("posts/<uuid:uid>/envelope.json", envelopes.envelope, name="envelope"),
    path("posts/<uuid:uid>/delete/", posts.delete, name="delete"),
    path("posts/<uuid:uid>/retry/", posts.retry, name="retry"),
    path("posts/<uuid:uid>/request_read/", asking.ask, name="ask"),
    path("groups/<slug:slug>/request_read/", asking.ask_all, name="ask_all"),
    path("posts/<uuid:uid>/grants/", pages.grants, name="grants"),
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
    path("keys/", keys.my_keys, name="keys"),
    path("keys/lift.json", lift.lift, name="lift"),
    path("keys/<slug:fingerprint>/export/", keys.export, name="export_key"),
    path("keys/<slug:fingerprint>/revoke/", keys.revoke, name="revoke_key"),
]
