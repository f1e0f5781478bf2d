from accounts.models.public_key import Algorithm, PublicKey
from accounts.models.user import User

__all__ = ["Algorithm", "PublicKey", "User"]
