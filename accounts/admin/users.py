"""People.

Nobody becomes somebody else here: a password is set by its owner (or by `manage.py changepassword`), and an
email address, to which a new one could be sent, stays what it is. Only administrators hand out permissions,
and only they act upon people who may use the admin.
"""

from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Permission
from django.db.models import Exists, ManyToManyField, Model, OuterRef, QuerySet
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.bulk import BulkAdmin, bulk_action
from accounts.domain import users
from accounts.domain.jobs import LeftAlone, Options
from accounts.models import PublicKey, User
from accounts.validators import validate_address
from secureblogs.admin.site import KindFilter, link_to_list, number_of

# The page of a person shows their addresses, which nobody else changes.
admin.site.unregister(EmailAddress)
# What is in these is nobody's to see, and the settings name the provider.
for kept in (Authenticator, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(kept)


class NewUserForm(BaseUserCreationForm[User]):
    """Name, email address and a first password for somebody else."""

    class Meta:
        model = User
        fields = ["name", "email"]

    def clean_email(self) -> str:
        # The same as at a sign-up: the site writes an address in one way, and takes only what a mail can be sent to.
        email = str(self.cleaned_data["email"]).lower()
        validate_address(email)
        return email


class UsableKeyFilter(KindFilter):
    """People that posts can be encrypted for, and those that they can't."""

    title = _("usable key")
    parameter_name = "key"
    kinds = {
        "yes": (_("Yes"), lambda people: people.filter(Exists(PublicKey.objects.active_of(OuterRef("pk"))))),
        "no": (_("No"), lambda people: people.exclude(Exists(PublicKey.objects.active_of(OuterRef("pk"))))),
    }


class EmailAddressInline(admin.TabularInline[EmailAddress, User]):
    """A person's addresses, and whether they have confirmed them."""

    model = EmailAddress
    fields = ["email", "verified", "primary"]
    readonly_fields = ["email", "verified", "primary"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return True


@admin.register(User)
class UserAdmin(BulkAdmin[User], auth_admin.UserAdmin[User]):
    """Finding somebody, closing an account and opening it again, making one, deleting one."""

    list_display = [
        "name",
        "email",
        "is_active",
        "keys",
        "joined_groups",
        "written_posts",
        "date_joined",
        "last_login",
    ]
    list_filter = ["is_active", "is_staff", "is_superuser", UsableKeyFilter]
    search_fields = ["name", "email"]
    date_hierarchy = "date_joined"
    ordering = ["-date_joined"]
    actions = ["deactivate", "activate", "turn_off_second_factor"]
    add_form = NewUserForm
    add_form_template = None
    add_fieldsets = [(None, {"fields": ["name", "email", "password1", "password2"]})]
    form = ModelForm[User]
    fieldsets = [
        (None, {"fields": ["name", "email", "uid", "is_active"]}),
        (_("Reading"), {"fields": ["keys", "joined_groups", "written_posts"]}),
        (_("Permissions"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Times"), {"fields": ["date_joined", "last_login"]}),
    ]
    # The actions open and close an account: they ask first, and end its sessions.
    readonly_fields = [
        "is_active",
        "email",
        "uid",
        "keys",
        "joined_groups",
        "written_posts",
        "date_joined",
        "last_login",
    ]
    deletion_text = _(
        "Everything that these people wrote disappears for all its readers, and nothing brings it back. Their accounts "
        "are closed at once. To keep somebody out, deactivate the account instead."
    )
    goes_along = {
        "public_keys": _("public keys"),
        "memberships": _("memberships (and groups that have no other member)"),
        "posts": _("posts, for all their readers"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return (
            super()
            .get_queryset(request)
            # A former member has nothing that an administrator could see or do.
            .filter(left_at=None)
            .annotate(
                number_of_keys=number_of(User, "public_keys"),
                number_of_groups=number_of(User, "memberships"),
                number_of_posts=number_of(User, "posts"),
            )
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = [str(field) for field in self.readonly_fields] if obj else []
        if not request.user.is_superuser:
            fields += ["is_staff", "is_superuser", "groups", "user_permissions"]
        return fields

    def get_inlines(
        self, request: HttpRequest, obj: User | None
    ) -> list[type[InlineModelAdmin[Model, Model]]]:
        return [EmailAddressInline] if obj else []  # type: ignore[list-item]

    def get_urls(self) -> list[URLPattern]:
        # Django has a page here that sets somebody else's password; this leaves it out.
        return super(auth_admin.UserAdmin, self).get_urls()

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Model, Model], request: HttpRequest, **kwargs: object
    ) -> ModelMultipleChoiceField[Model] | None:
        if db_field.name == "groups":
            kwargs["label"] = _("Permission groups")
        else:
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_within_reach(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        # This saves only what was changed here: a password that its owner changes at this moment stays changed.
        relations = {field.name for field in User._meta.many_to_many}
        obj.save(update_fields=set(form.changed_data) - relations)

    def told_by(self, thing: User) -> str:
        return thing.email

    def delete(self, thing: User) -> bool:
        return users.end(thing)

    def reasons_to_keep(self, thing: User) -> list[str]:
        return users.reasons_to_keep(thing)

    @admin.display(description=_("keys"), ordering="number_of_keys")
    def keys(self, user: User) -> SafeString:
        return link_to_list("accounts_publickey", user.number_of_keys, field="user", thing=user)  # type: ignore[attr-defined]

    @admin.display(description=_("groups"), ordering="number_of_groups")
    def joined_groups(self, user: User) -> SafeString:
        return link_to_list("groups_membership", user.number_of_groups, field="user", thing=user)  # type: ignore[attr-defined]

    @admin.display(description=_("posts"), ordering="number_of_posts")
    def written_posts(self, user: User) -> SafeString:
        return link_to_list("posts_post", user.number_of_posts, field="author", thing=user)  # type: ignore[attr-defined]

    @bulk_action(
        description=_("Deactivate: log them out and keep them out"),
        permissions=["moderate"],
        title=_("Deactivate these accounts?"),
        text=_(
            "They are logged out everywhere and can't log in until somebody activates them again. What they asked "
            "for and should have answered is closed, and links that they made let nobody in any more. What they wrote "
            "stays, and so does what they can read."
        ),
        verb=_("Deactivate"),
        logged=_("Deactivated."),
    )
    def deactivate(self, user: User, *, actor: User, options: Options) -> None:
        """Close the account for a while."""
        if user == actor:
            raise LeftAlone(gettext("Your own account was left as it is."))
        _check_reach(user, actor)
        users.deactivate(user)

    @bulk_action(
        description=_("Activate: let them log in again"),
        permissions=["moderate"],
        title=_("Activate these accounts?"),
        danger=False,
        text=_("They can log in again. What was closed meanwhile stays closed: they ask again."),
        verb=_("Activate"),
        logged=_("Activated."),
    )
    def activate(self, user: User, *, actor: User, options: Options) -> None:
        """Open the account again."""
        _check_reach(user, actor)
        users.activate(user)

    @bulk_action(
        description=_("Turn off the second factor: for who lost it"),
        permissions=["moderate"],
        title=_("Turn off the second factor of these accounts?"),
        text=_(
            "Their apps, passkeys and backup codes are forgotten, they are logged out everywhere, and they log in by "
            "their password alone until they set up others. Make sure in another way that it is they who ask. They are "
            "told by mail."
        ),
        verb=_("Turn off"),
        logged=_("Second factor turned off."),
    )
    def turn_off_second_factor(self, user: User, *, actor: User, options: Options) -> None:
        """Let the account in by its password alone."""
        _check_reach(user, actor)
        users.turn_off_second_factor(user)


def _check_reach(user: User, actor: User) -> None:
    if not _may_act_on(user, actor):
        raise LeftAlone(gettext("Accounts of people who may use the admin are left to administrators."))


def _is_within_reach(request: HttpRequest, user: User | None) -> bool:
    """Whether the person who acts may act upon this user, in a request."""
    return user is None or _may_act_on(user, cast("User", request.user))


def _may_act_on(user: User, actor: User) -> bool:
    # Only administrators act upon people who may use the admin.
    return actor.is_superuser or not (user.is_staff or user.is_superuser)
