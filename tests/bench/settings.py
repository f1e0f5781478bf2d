"""The site's own settings, and an empty view to hold its pages against."""

from secureblogs.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
