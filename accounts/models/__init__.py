from accounts.models.account_key import AccountKey
from accounts.models.admission import Admission, AdmissionState, Offer, OfferState
from accounts.models.cache_entry import CacheEntry
from accounts.models.job import Job
from accounts.models.keyholders import Device, Keyholders, RecoveryCode, SealedSeed
from accounts.models.open_session import OpenSession
from accounts.models.outgoing_mail import OutgoingMail
from accounts.models.permission_group import PermissionGroup
from accounts.models.public_key import Algorithm, Kind, PublicKey
from accounts.models.store_object import StoreObject
from accounts.models.user import User
from accounts.models.waiting_reset import WaitingReset

__all__ = [
    "AccountKey",
    "Admission",
    "AdmissionState",
    "Algorithm",
    "CacheEntry",
    "Device",
    "Job",
    "Keyholders",
    "Kind",
    "Offer",
    "OfferState",
    "OpenSession",
    "OutgoingMail",
    "PermissionGroup",
    "PublicKey",
    "RecoveryCode",
    "SealedSeed",
    "StoreObject",
    "User",
    "WaitingReset",
]
