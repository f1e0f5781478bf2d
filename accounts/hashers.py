"""How passwords are hashed: Argon2id as Django has it, by few at once."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

# Each hash takes 100 MiB and eight threads by design. With no limit, whoever sends a hundred passwords at once takes
# gigabytes, and nobody is quicker: there are only so many processors.
AT_ONCE = 2


class TurnTakingArgon2(Argon2PasswordHasher):
    """Argon2id for so many people of this process at once; the others wait their turn."""

    turns = BoundedSemaphore(AT_ONCE)

    def encode(self, password: str, salt: str) -> str:
        with self.turns:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with self.turns:
            return super().verify(password, encoded)
