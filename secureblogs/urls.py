from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from secureblogs import health



urlpatterns = [
    path("", include("posts.urls")),
    path("", include("groups.urls")),
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
