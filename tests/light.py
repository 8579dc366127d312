"""A lock whose password is quick to try, for tests."""

from personal_ai import keys

PASSWORD = "Träume von Lissabon"
LIGHT = keys.Cost(memory=64, passes=1, lanes=1)


def make(password: str = PASSWORD) -> tuple[keys.KeyFile, keys.Keys, str]:
    """See keys.make."""
    return keys.make(password, LIGHT)
