"""The commands for who runs a site: `manage.py backup`, `restore`."""

from django.apps import AppConfig


class RunningConfig(AppConfig):
    name = "secureblogs.running"

    def ready(self) -> None:
        from secureblogs.workers import samples  # noqa: F401  (registers them)
