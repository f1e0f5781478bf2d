"""`python -m tests.engines` installs the engines beside Chromium where it can; their tests say what is missing."""

from tests import debian
from tests.engines import firefox, webkit

if missing := [name for engine in (firefox, webkit) if not engine.executable() for name in engine.PACKAGES]:
    debian.install(*missing)
