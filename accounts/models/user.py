import uuid
from collections.abc import Collection
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.validators import validate_line


def shown_name(name: str) -> str:
    """What people read in the place of a name; a former member has none."""
    return name or gettext("a former member")


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The whole address in lower case, as allauth looks it up."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, *, name: str, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, *, name: str) -> "User":
        return self.create_user(email, password, name=name, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in by email and is shown by name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=50, validators=[validate_line])
    email = models.EmailField(_("email address"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    date_joined = models.DateTimeField(_("signed up"), default=timezone.now, editable=False)
    # When somebody deleted the account, and left what they wrote to its readers (accounts.domain.former).
    left_at = models.DateTimeField(null=True, editable=False)
    # Every session holds a hash of it: another one ends them all, however many sessions there are.
    session_seed = models.UUIDField(default=uuid.uuid4, editable=False)

    # The address that the database had when it was asked for this person.
    loaded_email = ""

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("This address is already in use."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(  # type: ignore[override]
        cls, db: str | None, field_names: Collection[str], values: Collection[object]
    ) -> Self:
        """Called by Django for each row."""
        user = super().from_db(db, field_names, values)
        user.loaded_email = vars(user).get("email", "")
        if "name" in vars(user):
            user.name = shown_name(user.name)
        return user

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django: what a session is compared with; another password or seed makes another hash."""
        secrets = f"{self.password}{self.session_seed}"
        return salted_hmac(
            "accounts.session_auth_hash", secrets, secret=secret, algorithm="sha256"
        ).hexdigest()
