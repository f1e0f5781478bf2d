from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "posts"
    verbose_name = _("Posts")

    def ready(self) -> None:
        from posts import receivers, samples  # noqa: F401  (registers them)
        from posts.admin import moderators

        # Django migrates this app last: by then every permission is there.
        post_migrate.connect(moderators.make_group, sender=self)
