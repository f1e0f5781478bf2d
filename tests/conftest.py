"""Fixtures of every test: the cast, and the real processes of a site."""

pytest_plugins = ["tests.cast", "tests.moderation", "tests.site"]
