from django.urls import path

from posts.views import envelopes, groups, keys, posts, writing

app_name = "posts"
urlpatterns = [
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("groups/<slug:slug>/posts/new/", writing.new_post, name="new"),
    path("groups/<slug:slug>/posts/", writing.submit, name="submit"),
    path("posts/<uuid:uid>/", posts.post, name="post"),
    path("posts/<uuid:uid>/envelope.json", envelopes.envelope, name="envelope"),
    path("posts/<uuid:uid>/delete/", posts.delete, name="delete"),
    path("posts/<uuid:uid>/retry/", posts.retry, name="retry"),
    path("keys/", keys.my_keys, name="keys"),
    path("keys/<slug:fingerprint>/revoke/", keys.revoke, name="revoke_key"),
]
