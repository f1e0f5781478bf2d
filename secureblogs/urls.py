from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from posts.views.home import home
from posts.views.sealing_key import sealing_key
from secureblogs import health

urlpatterns = [
    path("", home, name="home"),
    path("sealing-key.json", sealing_key, name="sealing_key"),
    # Before the posts: /groups/new/ is not the group "new".
    path("", include("groups.urls")),
    path("", include("posts.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path(
        "about/privacy/",
        TemplateView.as_view(template_name="pages/what_the_server_sees.html"),
        name="what_the_server_sees",
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/favicon.ico")), name="favicon"),
    path("admin/", admin.site.urls),
]

handler400 = "secureblogs.error_pages.bad_request"
handler403 = "secureblogs.error_pages.permission_denied"
handler404 = "secureblogs.error_pages.page_not_found"
