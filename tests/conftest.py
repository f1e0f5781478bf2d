"""Fixtures of every test: the cast, and the real processes of a site."""

import hypothesis

pytest_plugins = ["tests.cast", "tests.moderation", "tests.site", "tests.runs"]

# How long an example takes is a matter of what else the machine does.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")
