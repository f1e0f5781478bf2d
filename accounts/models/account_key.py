from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.models.public_key import PublicKey
from accounts.models.user import User
from secureblogs.crypto import statements
from secureblogs.crypto.chains import Link, statement_of
from secureblogs.crypto.statements import RESET, Before
from secureblogs.queries.compiled import Columns, CompiledQuery


class AccountKeyQuerySet(models.QuerySet["AccountKey"]):
    def of(self, user: User) -> Self:
        """The person's generations, ascending, each with its public key and the generation before."""
        return self.of_all([user])

    def of_all(self, people: Collection[User]) -> Self:
        """Those of several people."""
        rows = self.filter(user__in=people).select_related("user", "public_key", "before__public_key")
        return rows.order_by("generation")

    def resets_of(self, user: User | models.OuterRef) -> Self:
        """The generations with which a person started over, the newest first."""
        return self.filter(user=user, cause=RESET).order_by("-generation")

    def newest_of(self, user: User) -> "AccountKey | None":
        """The person's newest generation, with what `of` loads beside it; None for a program's account."""
        for row in _NEWEST.bind(user).rows():
            columns = iter(row)
            newest, newest.user = _KEY.take(columns), user
            newest.public_key = _PUBLIC_KEY.take(columns)
            if newest.before_id is not None:
                newest.before = _BEFORE.take(columns)
                newest.before.public_key = _ITS_PUBLIC_KEY.take(columns)
            return newest
        return None


class AccountKey(models.Model):
    """One generation of a person's account key: public halves and what signs them. It stays for ever."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="account_keys")
    generation = models.PositiveIntegerField()
    public_key = models.OneToOneField(PublicKey, models.CASCADE, related_name="account_key")
    signing_key = models.BinaryField()
    cause = models.CharField(max_length=20)
    # The generation that signed this one; none before the first, and none before one that starts over.
    before = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    # The digest of the statement before, which this generation's own statement holds.
    before_statement = models.BinaryField(null=True)
    signature = models.BinaryField()
    signature_before = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    # How many wrapped keys and store objects there were to move to this generation when it came.
    to_lift = models.PositiveIntegerField(default=0)

    objects = AccountKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "generation"], name="account_key_unique_generation"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.generation}"

    @property
    def link(self) -> Link:
        """The generation as secureblogs.crypto.chains checks it."""
        before = None
        if self.before is not None and self.before_statement is not None:
            before = Before(bytes.fromhex(self.before.public_key.fingerprint), bytes(self.before_statement))
        return Link(
            generation=self.generation,
            fingerprint=bytes.fromhex(self.public_key.fingerprint),
            signing_key=bytes(self.signing_key),
            cause=self.cause,
            before=before,
            signature=bytes(self.signature),
            signature_before=None if self.signature_before is None else bytes(self.signature_before),
        )

    @property
    def statement_digest(self) -> bytes:
        """What the next generation names this one by."""
        return statements.digest(statement_of(self.link, user=self.user.uid))


_KEY, _PUBLIC_KEY = Columns(AccountKey), Columns(PublicKey, within="public_key")
_BEFORE = Columns(AccountKey, within="before")
_ITS_PUBLIC_KEY = Columns(PublicKey, within="before__public_key")
# Every step with keys asks it: 0.9 ms of processor time are 0.1 when the query is compiled.
_NEWEST = CompiledQuery(
    lambda user: (
        AccountKey.objects.of(user)
        .order_by("-generation")
        .values_list(*_KEY.names, *_PUBLIC_KEY.names, *_BEFORE.names, *_ITS_PUBLIC_KEY.names)[:1]
    ),
    User,
)
