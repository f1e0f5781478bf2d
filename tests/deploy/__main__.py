"""`python -m tests.deploy` installs what reads the files of deploy/ where it can; their tests say what is missing."""

from tests import debian
from tests.deploy import programs

if missing := programs.missing():
    debian.install(*missing)
