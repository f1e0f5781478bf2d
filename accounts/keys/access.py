"""Which admissions, stored objects and other people's keys a person may reach. All else is a 404."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Admission, AdmissionState, StoreObject, User


def admission_of(user: User, uid: UUID) -> Admission:
    """One of the user's own."""
    return get_object_or_404(Admission.objects.select_related("user"), user=user, uid=uid)


def open_admission_of(user: User) -> Admission | None:
    """The one that waits for a new device."""
    return Admission.objects.filter(user=user, state=AdmissionState.OPEN).select_related("user").first()


def store_objects_of(user: User) -> QuerySet[StoreObject]:
    """All of the user's own, by name, without what is sealed."""
    return StoreObject.objects.filter(user=user).order_by("name").defer("sealed")


def store_object_of(user: User, name: str) -> StoreObject:
    """One of the user's own."""
    return get_object_or_404(StoreObject, user=user, name=name)
