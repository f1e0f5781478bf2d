"""What accounts do when Django or allauth say that a session, a password or an address changed."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, email_changed
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import reauthentication, second_factor_demand, session_use
from accounts.domain import account_notices, devices, second_factors, sessions
from accounts.models import User
from secureblogs import live
from secureblogs.http.policies import clear_cache_of_browser


@receiver(user_logged_in)
def note_login(request: HttpRequest, **kwargs: object) -> None:
    reauthentication.note_login(request)
    session_use.note_login(request)


@receiver(authentication_step_completed)
def note_confirmation(request: HttpRequest, reauthenticated: bool = False, **kwargs: object) -> None:
    if reauthenticated:
        reauthentication.note_confirmation(request)


@receiver([authenticator_used, authenticator_added])
def note_second_factor(request: HttpRequest, **kwargs: object) -> None:
    second_factor_demand.note_proved(request)


@receiver(authenticator_removed)
def note_loss_of_second_factor(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object
) -> None:
    # Backup codes go along with the last one.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES and not second_factors.has_one(user):
        second_factor_demand.note_lost(request)
        # What was proved in other sessions is gone, too.
        sessions.end_all(user)
        sessions.go_on(request)


@receiver(authenticator_used)
def tell_of_backup_code(user: User, authenticator: Authenticator, **kwargs: object) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        # allauth marked the code in another copy of the row.
        authenticator.refresh_from_db(fields=["data"])
        left = len(authenticator.wrap().get_unused_codes())
        get_adapter().send_notification_mail("account/email/backup_code_used", user, {"left": left})


@receiver(user_logged_out)
def end_session(request: HttpRequest, **kwargs: object) -> None:
    clear_cache_of_browser(request)
    if request.session.session_key:
        sessions.end(request.session.session_key)


@receiver(post_save, sender=User)
def tell_of_password(instance: User, created: bool, **kwargs: object) -> None:
    # Django keeps a new password with the account until it is saved, whether a page or a command sets it.
    if instance._password is None or created:  # type: ignore[attr-defined]
        return
    # Somebody who knew the old password may have asked for another address, and could reset the new password by it.
    waiting = EmailAddress.objects.filter(user=instance, verified=False).exclude(email__iexact=instance.email)
    given_up = waiting.delete()[0] > 0
    request: HttpRequest | None = context.request
    device = devices.name_of(request.headers.get("User-Agent", "")) if request else ""
    account_notices.tell_of_password(instance, device=device, address_given_up=given_up)
    # Django ends the sessions by their auth hash; this tells their open tabs to look.
    sessions.recheck(instance, reason="password")


@receiver(email_changed)
def tell_of_address(
    request: HttpRequest, user: User, from_email_address: EmailAddress | None, **kwargs: object
) -> None:
    if from_email_address is None:
        if user.loaded_email in ("", user.email):
            # The address was confirmed, and is the same.
            return
        # allauth itself tells the old address, but where it has none in its own list.
        context = {"from_email": user.loaded_email, "to_email": user.email}
        get_adapter().send_notification_mail("account/email/email_changed", user, context, user.loaded_email)
    live.publish(live.user_channel(user), "address.changed", but=request.session.session_key or "")
