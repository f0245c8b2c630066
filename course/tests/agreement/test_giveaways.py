"""Which names of users exercise 11 takes for names that need the key: right forms of many kinds, and near misses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import uuid
from collections.abc import Callable

import pytest

from checker import sibling
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "11_prediction_log" / "checks" / "conftest.py")
GIVEAWAYS, PEOPLE = (sibling(CHECKS, name) for name in ("giveaways", "test_11_prediction_log_people"))
KEYS = (PEOPLE.KEY.encode(), PEOPLE.OTHER_KEY.encode())
Name = Callable[[bytes, int], str]


def digest(key: bytes, user: int) -> bytes:
    return hmac.new(key, str(user).encode(), hashlib.sha256).digest()


def plain(user: int) -> bytes:
    return hashlib.sha256(str(user).encode()).digest()


def number(content: bytes) -> int:
    return int.from_bytes(content, "big")


def laid_over(key: bytes, user: int) -> bytes:
    return bytes(a ^ b for a, b in zip(hashlib.sha256(key).digest(), plain(user), strict=True))


def ciphered(key: bytes, user: int) -> str:
    """A number turned into another by four rounds of a keyed function, as AES does by ten of its own."""
    left, right = divmod(user, 2**32)
    for turn in range(4):
        left, right = right, left ^ number(digest(key, right << 3 | turn)[:4])
    return f"{left:08x}{right:08x}"


def letters(key: bytes, user: int) -> str:
    """A letter for each digit, which letter the key says."""
    drawn = random.Random(key).sample("abcdefghij", 10)
    return "".join(drawn[int(one)] for one in str(user))


def given_away(name: Name, seed: int = 0) -> tuple[str, str]:
    users = PEOPLE.strangers(random.Random(seed))
    mine, other = GIVEAWAYS.bare(*([name(key, user) for user in users] for key in KEYS))
    return GIVEAWAYS.common_part(mine, other), GIVEAWAYS.foretold(mine, other)


RIGHT: dict[str, Name] = {
    "hmac": lambda key, user: digest(key, user).hex(),
    "sixteen digits": lambda key, user: digest(key, user).hex()[:16],
    "base32": lambda key, user: base64.b32encode(digest(key, user)).decode(),
    "base64": lambda key, user: base64.urlsafe_b64encode(digest(key, user)).decode(),
    "sha256 of both": lambda key, user: hashlib.sha256(key + str(user).encode()).hexdigest(),
    "sha512 of both": lambda key, user: hashlib.sha512(key + str(user).encode()).hexdigest(),
    "keyed blake2b": lambda key, user: hashlib.blake2b(str(user).encode(), key=key).hexdigest(),
    "uuid5": lambda key, user: str(uuid.uuid5(uuid.UUID(bytes=hashlib.md5(key).digest()), str(user))),
    "a cipher": ciphered,
    "a number": lambda key, user: str(number(digest(key, user))),
    "a number below a bound": lambda key, user: str(number(digest(key, user)) % 10**15),
    "words before and after": lambda key, user: f"prediction-of-{digest(key, user).hex()[:20]}-of-ours",
    "words within": lambda key, user: f"{digest(key, user).hex()[:12]}-predictions-{digest(key, user).hex()[20:40]}",
    "a key of 16 bytes": lambda key, user: digest(key[:16], user).hex(),
}
WRONG: dict[str, tuple[Name, str]] = {
    "last digits": (lambda key, user: f"{digest(key, user).hex()[:20]}{user % 65536:04x}", "letter"),
    "last bits, multiplied": (
        lambda key, user: f"{number(digest(key, user)[:8]) << 16 | user * 48271 % 65537:022x}",
        "letter",
    ),
    "one bit": (lambda key, user: f"{number(digest(key, user)) >> 1 << 1 | user & 1:064x}", "bit 0 of the name"),
    "a sum": (lambda key, user: f"u{number(key) + user}", "letter"),
    "a sum with a hash": (lambda key, user: str(number(key) + number(plain(user))), "letter"),
    "a product": (lambda key, user: str(number(key) * user), "letter"),
    "XOR, as digits": (lambda key, user: laid_over(key, user).hex(), "letter"),
    "XOR, as base32": (lambda key, user: base64.b32encode(laid_over(key, user)).decode(), "letter"),
    "XOR, as a number": (lambda key, user: str(number(laid_over(key, user))), "letter"),
    "letters for digits": (lambda key, user: letters(key, user) + digest(key, user).hex()[:8], "letter"),
    "a part that moves": (lambda key, user: digest(key, user).hex()[: 9 + key[5] % 5] + plain(user).hex()[:20], ""),
}


@pytest.mark.parametrize("name", RIGHT.values(), ids=RIGHT)
def test_a_name_that_the_key_decides_gives_nothing_away(name: Name) -> None:
    assert given_away(name) == ("", "")


@pytest.mark.parametrize(("name", "place"), WRONG.values(), ids=WRONG)
def test_what_comes_from_the_user_alone_or_lies_behind_one_number_is_found(name: Name, place: str) -> None:
    part, said = given_away(name)

    assert part or said
    assert said.startswith(place)


def test_a_part_of_the_key_that_one_can_guess_makes_the_same_names() -> None:
    one, other = KEYS

    assert (one[:4], one[-4:], len(one), sorted(one)) == (other[:4], other[-4:], len(other), sorted(other))
    assert one[:8] != other[:8]
    assert one[-8:] != other[-8:]


def test_a_right_answer_is_refused_less_than_once_in_a_thousand_million_runs() -> None:
    places = 2 * GIVEAWAYS.LETTERS + GIVEAWAYS.BITS
    half = len(PEOPLE.strangers(random.Random(1))) // 2

    chance = GIVEAWAYS.by_chance(GIVEAWAYS.OF_USERS, GIVEAWAYS.PART_MORE)
    chance += places * GIVEAWAYS.by_chance(half, GIVEAWAYS.PLACE_MORE)

    assert chance < 1e-9
