#!/usr/bin/env python
"""Django's command line, on embedded servers where no others are named."""

import os
import sys

from django.core.management import execute_from_command_line

from secureblogs import local
from secureblogs.version import version

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")
    # Django answers these with its own version.
    if sys.argv[1:] in (["version"], ["--version"]):
        print(version())
    else:
        local.bring_servers()
        execute_from_command_line(sys.argv)
