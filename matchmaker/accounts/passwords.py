"""Password hashing: argon2id. Slow on purpose, so it is done before the first write of a request."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# parallelism 1: small machines have few cores, and a server has other requests to answer
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_nobody = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the argon2id hash of the whole password, in whatever script."""
    return _hasher.hash(_bytes(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether ``password`` fits; takes the same time when there is no such account (``stored`` None)."""
    try:
        return _hasher.verify(stored or _nobody, _bytes(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Tell whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    """Two keyboards may write one letter in two ways: NFKC makes them the same."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
