from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = _("Groups")

    def ready(self) -> None:
        from groups import receivers  # noqa: F401  (connects the receivers)
        from groups.domain import leaving, ownership  # noqa: F401  (registers what people begin and workers go on with)
