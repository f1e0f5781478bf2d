from django.urls import path

from posts.views import (
    answers,
    envelopes,
    groups,
    keys,
    notices,
    posts,
    read_requests,
    request_pages,
    writing,
)

app_name = "posts"
urlpatterns = [
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("groups/<slug:slug>/posts/new/", writing.new_post, name="new"),
    path("groups/<slug:slug>/posts/", writing.submit, name="submit"),
    path("posts/<uuid:uid>/", posts.post, name="post"),
    path("posts/<uuid:uid>/envelope.json", envelopes.envelope, name="envelope"),
    path("posts/<uuid:uid>/delete/", posts.delete, name="delete"),
    path("posts/<uuid:uid>/retry/", posts.retry, name="retry"),
    path("posts/<uuid:uid>/request_read/", read_requests.ask, name="request_read"),
    path("groups/<slug:slug>/request_read/", read_requests.ask_all, name="request_all"),
    path("posts/<uuid:uid>/grants/", request_pages.grants, name="grants"),
    path("requests/", request_pages.requests, name="requests"),
    path("requests/<int:pk>.json", answers.read_request, name="read_request"),
    path("requests/<int:pk>/approve/", answers.approve, name="approve_request"),
    path("requests/<int:pk>/reject/", answers.reject, name="reject_request"),
    path("requests/<int:pk>/withdraw/", read_requests.withdraw, name="withdraw_request"),
    path("requests/<int:pk>/report/", read_requests.report, name="report_request"),
    path("requests/<int:pk>/mute/", answers.mute, name="mute_request"),
    path("requests/<int:pk>/withdraw_grant/", answers.withdraw_grant, name="withdraw_grant"),
    path("requests/<int:pk>/toast/", request_pages.toast, name="request_toast"),
    path("requests/waiting.json", answers.waiting, name="requests_waiting"),
    path("requests/from/<uuid:uid>.json", answers.waiting_from, name="requests_from"),
    path("requests/muted/<uuid:uid>/unmute/", answers.unmute, name="unmute"),
    path("requests/preferences/", notices.preferences, name="request_preferences"),
    path("requests/unsubscribe/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("keys/", keys.my_keys, name="keys"),
    path("keys/<slug:fingerprint>/revoke/", keys.revoke, name="revoke_key"),
]
