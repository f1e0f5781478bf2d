"""People.

Nobody becomes somebody else here: a password is set by its owner (or by `manage.py changepassword`), and an
email address, to which a new one could be sent, stays what it is. Only administrators hand out permissions,
and only they act upon people who may use the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Permission
from django.db.models import Exists, ManyToManyField, Model, OuterRef, QuerySet
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import users
from accounts.models import PublicKey, User
from secureblogs.administration import ModeratedAdmin, number_of

if TYPE_CHECKING:
    from django.contrib.admin.options import InlineModelAdmin
    from django_stubs_ext import StrOrPromise

    Inline = admin.TabularInline[EmailAddress, User]
    DjangosUserAdmin = auth_admin.UserAdmin[User]
    NewUserBase = BaseUserCreationForm[User]
    UserForm = ModelForm[User]
    Inlines = InlineModelAdmin[Model, Model]
    Actions = dict[str, tuple[Callable[..., str], str, str] | None]
else:
    Inline, DjangosUserAdmin = admin.TabularInline, auth_admin.UserAdmin
    NewUserBase, UserForm = BaseUserCreationForm, ModelForm

# Where a person is written to is shown with the person, and changed by nobody else.
admin.site.unregister(EmailAddress)


class NewUserForm(NewUserBase):
    """Name, email address and a first password for somebody else."""

    class Meta:
        model = User
        fields = ["name", "email"]

    def clean_email(self) -> str:
        # As at a sign-up: an address is written in one way only.
        return str(self.cleaned_data["email"]).lower()


class UsableKeyFilter(admin.SimpleListFilter):
    """People that posts can be encrypted for, and those that they can't."""

    title = _("usable key")
    parameter_name = "key"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[User]
    ) -> list[tuple[str, StrOrPromise]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        has_one = Exists(PublicKey.objects.active().filter(user=OuterRef("pk")))
        match self.value():
            case "yes":
                return queryset.filter(has_one)
            case "no":
                return queryset.exclude(has_one)
        return queryset


class EmailAddressInline(Inline):
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
class UserAdmin(ModeratedAdmin[User], DjangosUserAdmin):
    """Finding somebody, closing an account and opening it again, making one, deleting one."""

    list_display = [
        "name",
        "email",
        "is_active",
        "keys",
        "joined_groups",
        "date_joined",
        "last_login",
    ]
    list_filter = ["is_active", "is_staff", "is_superuser", UsableKeyFilter]
    search_fields = ["name", "email"]
    date_hierarchy = "date_joined"
    ordering = ["-date_joined"]
    actions = ["deactivate", "activate"]
    add_form = NewUserForm
    add_form_template = None
    add_fieldsets = [(None, {"fields": ["name", "email", "password1", "password2"]})]
    form = UserForm
    fieldsets = [
        (None, {"fields": ["name", "email", "uid", "is_active"]}),
        (_("Reading"), {"fields": ["keys", "joined_groups"]}),
        (_("Permissions"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Times"), {"fields": ["date_joined", "last_login"]}),
    ]
    readonly_fields = ["email", "uid", "keys", "joined_groups", "date_joined", "last_login"]
    goes_along = {
        "public_keys": _("public keys"),
        "memberships": _("memberships (and groups that have no other member)"),
        "posts": _("posts, for all their readers"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                number_of_keys=number_of(User, "public_keys"),
                number_of_groups=number_of(User, "memberships"),
            )
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = [str(field) for field in self.readonly_fields] if obj else []
        if not request.user.is_superuser:
            fields += ["is_staff", "is_superuser", "groups", "user_permissions"]
        if obj == request.user:
            fields += ["is_active"]
        return fields

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[Inlines]]:
        return [EmailAddressInline] if obj else []  # type: ignore[list-item]

    def get_actions(self, request: HttpRequest) -> Actions:
        # One at a time, on a page that says what goes with each.
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    def get_urls(self) -> list[URLPattern]:
        # Without the page on which Django sets somebody else's password.
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

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        # Only what was changed here: a password that its owner changes at this moment stays changed.
        relations = {field.name for field in User._meta.many_to_many}
        obj.save(update_fields=set(form.changed_data) - relations)
        if "is_active" in form.changed_data:
            set_active = users.activate if obj.is_active else users.deactivate
            set_active(obj)

    def delete(self, thing: User) -> None:
        users.delete(thing)

    def reasons_to_keep(self, thing: User) -> list[str]:
        return users.reasons_to_keep(thing)

    @admin.display(description=_("keys"), ordering="number_of_keys")
    def keys(self, user: User) -> SafeString:
        return _link("accounts_publickey", user, user.number_of_keys)  # type: ignore[attr-defined]

    @admin.display(description=_("groups"), ordering="number_of_groups")
    def joined_groups(self, user: User) -> SafeString:
        return _link("groups_membership", user, user.number_of_groups)  # type: ignore[attr-defined]

    @admin.action(description=_("Deactivate: log them out and keep them out"), permissions=["moderate"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Close the accounts for a while."""
        within_reach = [user for user in queryset if _is_within_reach(request, user) and user != request.user]
        for user in within_reach:
            users.deactivate(user)
            self.log_change(request, user, gettext("Deactivated."))
        self._report(request, len(queryset), len(within_reach))

    @admin.action(description=_("Activate: let them log in again"), permissions=["moderate"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Open the accounts again."""
        within_reach = [user for user in queryset if _is_within_reach(request, user)]
        for user in within_reach:
            users.activate(user)
            self.log_change(request, user, gettext("Activated."))
        self._report(request, len(queryset), len(within_reach))

    def _report(self, request: HttpRequest, chosen: int, done: int) -> None:
        if done:
            self.message_user(request, ngettext("%d account changed.", "%d accounts changed.", done) % done)
        if done < chosen:
            sentence = gettext(
                "Your own account and those of people who may use the admin were left as they are."
            )
            self.message_user(request, sentence, messages.WARNING)


def _is_within_reach(request: HttpRequest, user: User | None) -> bool:
    """Whoever may use the admin is acted upon by administrators only."""
    acting = cast("User", request.user)
    return user is None or acting.is_superuser or not (user.is_staff or user.is_superuser)


def _link(name: str, user: User, number: int) -> SafeString:
    """A number that leads to the list of what it counts."""
    address = reverse(f"admin:{name}_changelist", query={"user__id__exact": user.pk})
    return format_html('<a href="{}">{}</a>', address, number)
