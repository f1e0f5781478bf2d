from accounts.models.cache_entry import CacheEntry
from accounts.models.permission_group import PermissionGroup
from accounts.models.public_key import Algorithm, PublicKey
from accounts.models.user import User

__all__ = ["Algorithm", "CacheEntry", "PermissionGroup", "PublicKey", "User"]
