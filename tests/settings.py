"""The site's settings on the servers of the tests."""

from tests import servers

servers.start()

from secureblogs.settings import *  # noqa: E402, F403
from secureblogs.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# Tests write more in a moment than anybody does in a day; tests/test_quotas.py has the quotas themselves.
vars().update({name: int(value) for name, value in servers.AMPLE.items()})

# Argon2 is slow by design, and the tests make many people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Names without hashes, so that a test needs no collected files; a whole `site` collects them.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
servers.make_folder(STATIC_ROOT)
# A connection that a thread leaves open would keep the database of a test from being removed.
DATABASES["default"]["CONN_MAX_AGE"] = 0
