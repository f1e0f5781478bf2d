from accounts.models.permission_group import PermissionGroup
from accounts.models.public_key import Algorithm, PublicKey
from accounts.models.user import User

__all__ = ["Algorithm", "PermissionGroup", "PublicKey", "User"]
