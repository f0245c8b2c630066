"""Decides which of two models a user gets."""

import hashlib

# --8<-- [start:split]


def variant(user_id: int, test: str, share: float = 0.5) -> str:
    """The same for a user each time; another test splits anew."""
    digest = hashlib.sha256(f"{test}:{user_id}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "challenger" if place < share else "champion"


# --8<-- [end:split]
