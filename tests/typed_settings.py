"""The site's settings for the type checker, which reads them and asks no server."""

import os

os.environ.update(
    ENV_FILE=os.devnull,
    DATABASE_URL="postgres://nobody@localhost/none",
    REDIS_URL="redis://localhost",
    SECRET_KEY="none",
    SEALING_PUBLIC_KEY="none",
)

from secureblogs.settings import *  # noqa: F403
