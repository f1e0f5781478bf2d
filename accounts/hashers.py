"""How passwords are hashed: Argon2id as Django has it, on one core."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OneCoreArgon2(Argon2PasswordHasher):
    """Django's own takes eight threads, so that a reader meanwhile gets a ninth of each core.

    Time and memory of a guess are the same. How many are hashed at once is decided before a request holds anything
    (secureblogs/http/concurrency.py).
    """

    parallelism = 1
