from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from accounts.views.provider import callback
from posts.views.home import home
from posts.views.sealing_key import sealing_key
from secureblogs.http.mirror import mirror
from secureblogs.http.security_txt import security_txt

urlpatterns = [
    path("", home, name="home"),
    path("sealing-key.json", sealing_key, name="sealing_key"),
    # Before the posts: /groups/new/ is not the group "new".
    path("", include("groups.urls")),
    path("", include("posts.urls")),
    path("", include("accounts.urls")),
    # allauth looks the address up by this name.
    path("accounts/oidc/<slug:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/", include("allauth.account.urls")),
    path(
        "about/privacy/",
        TemplateView.as_view(template_name="pages/what_the_server_sees.html"),
        name="what_the_server_sees",
    ),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("mirror/<token>", mirror, name="mirror"),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/favicon.ico")), name="favicon"),
    path("admin/", admin.site.urls),
]

handler400 = "secureblogs.http.error_pages.bad_request"
handler403 = "secureblogs.http.error_pages.permission_denied"
handler404 = "secureblogs.http.error_pages.page_not_found"
handler429 = "secureblogs.http.error_pages.too_many_requests"
handler500 = "secureblogs.http.error_pages.server_error"
