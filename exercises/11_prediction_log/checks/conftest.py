"""What the checks share: the bucket, a filled month, and the trainee's writer in the worker."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from checker import Handle, Submission, expect, sibling

KEY = "a key that is not for graders"
# So long may the names of many users take; they are made in a hundredth of a second.
SECONDS = 10


@dataclass(frozen=True)
class Left:
    """What kills leave: the rows in the folder after them, those in it at the end, and what the last start raised.

    None in place of rows: nobody can tell. The worker says all this, so it may choose a question and earns nothing.
    """

    then: frozenset[str] | None = None
    now: frozenset[str] | None = None
    error: str = ""


def left_of(told: Any) -> Left:
    """What the worker tells of a folder."""
    told = told if isinstance(told, dict) else {}
    then, now = (
        frozenset(map(str, told[name])) if isinstance(told.get(name), list) else None for name in ("then", "now")
    )
    return Left(then, now, str(told.get("error") or "")[:150])


Death = tuple[int, Counter[str], Left]


class Subject:
    """The trainee's writer, as the service would use it."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self.cloud = submission.service("s3")
        self.cloud.buckets.make(sibling(__file__, "lakes").BUCKET)
        submission.replace("driving.py", sibling(__file__, "driving").CODE)

    def log(self, folder: str = "spool", key: str = KEY, zone: str = "UTC") -> Handle:
        """A Log, on a machine in this time zone."""
        return self._submission.keep("driving.start", folder, key, zone)

    def record(self, log: Handle, predictions: list[dict[str, Any]]) -> None:
        # Hundreds of rows, each of them synced by careful writers: a slow disk is no fault of theirs.
        self._submission.call("driving.record", log, predictions, timeout=60)

    def crowd(self, log: Handle, prediction: dict[str, Any], most: int) -> int:
        """Record one prediction so many times, fewer where a row takes long; how often it was."""
        told = self._submission.call("driving.many", log, prediction, most, SECONDS / 4, timeout=60)
        return int(told) if isinstance(told, int) else 0

    def ship(self, log: Handle) -> None:
        """Ship what waits: hundreds of objects where a writer makes one per row, each a request to the bucket."""
        log.call("ship", timeout=60)

    def given(self, steps: list[list[dict[str, Any]]]) -> set[str]:
        """The rows that batches() returned when these steps are done again in a new folder; none where it fails.

        Asked only when rows are missing, to know whom to ask about them.
        """
        told = self._submission.attempt("driving.given", "spool_given", KEY, steps, timeout=60).value
        return set(map(str, told)) if isinstance(told, list) else set()

    def names(self, log: Handle, users: list[int]) -> dict[int, str]:
        """The name of each user."""
        answer = self._submission.call("driving.names", log, users, SECONDS, timeout=3 * SECONDS)
        found = answer if isinstance(answer, list) else []
        expect(
            len(found) == len(users),
            tried=f"asked user_key() for {len(users)} users",
            seen=f"not done in {SECONDS} s: {len(found)} names were there",
            expected="a name from user and key alone, in a moment",
            where="writer.py, user_key",
            next="What does user_key() do for each name besides computing it, and how does that grow with the users?",
        )
        return {user: str(name) for user, name in zip(users, found, strict=True)}

    def names_elsewhere(self, users: list[int], due: list[str], key: str) -> list[str]:
        """The names that another process gives in a folder of its own; none where it ends without them.

        A whole start takes a second, so the first one leaves out what no name needs. If its names are not those that
        are due, it may have needed that; then the whole one counts.
        """
        told: Any = None
        for whole in (False, True):
            told = self._submission.attempt(
                "driving.elsewhere", f"elsewhere{whole}", key, users, whole, 3 * SECONDS, timeout=6 * SECONDS
            ).value
            if told == due:
                break
        return list(map(str, told)) if isinstance(told, list) else []

    def killed(self, folder: str, predictions: list[dict[str, Any]], **moment: Any) -> None:
        """Record them, begin to ship, and be killed at a moment."""
        self._submission.call("driving.killed", folder, KEY, predictions, timeout=30, **moment)

    def again(self, folder: str, predictions: list[dict[str, Any]]) -> None:
        """The next start in the same folder."""
        self._submission.call("driving.again", folder, KEY, predictions, timeout=30)

    def remains(self, folder: str, ids: list[str]) -> Left:
        """What kills left of some rows in a folder. Asked only when these are in no object."""
        return left_of(self._submission.attempt("driving.remains", folder, ids).value)

    def kept(self, folder: str, made: list[dict[str, Any]]) -> list[str]:
        """Which rows the files of a folder hold, by id. The worker says so, so this may cost points and earns none."""
        rows = [(one["request_id"], one["made_at"]) for one in made]
        told = self._submission.attempt("driving.kept", folder, rows).value
        return list(map(str, told)) if isinstance(told, list) else []

    def swept(self, until: str, predictions: list[dict[str, Any]], moments: int) -> list[Death]:
        """For each line at which the writer was killed: how often each row is there after the next start.

        "in_ship" kills it at each line of ship() at which its disk is another one, "in_record" within record() too.
        The worker says so itself, so this may cost points and earns none; what earns them is in the bucket.
        """
        told = self._submission.call("driving.swept", until, KEY, predictions, moments, timeout=90)
        return [(int(line), Counter(map(str, ids)), left_of(left)) for line, ids, left in told]

    def empty_bucket(self) -> None:
        self.cloud.reset()
        self.cloud.buckets.make(sibling(__file__, "lakes").BUCKET)


@pytest.fixture
def subject(submission: Submission) -> Subject:
    return Subject(submission)


@pytest.fixture(scope="session")
def deaths() -> list[Death]:
    """What "crash" leaves to "twice", which comes after it: the deaths in ship(), looked at for something else."""
    return []


@pytest.fixture(scope="session")
def months() -> dict[str, Any]:
    """Months that one check draws and the next one stores again: drawing takes longer than the query."""
    return {}


@pytest.fixture(scope="session")
def known() -> dict[int, str]:
    """The names that "stable" got under KEY, for "pseudonym", which comes after it."""
    return {}


@pytest.fixture
def lakes() -> ModuleType:
    """The lakes that the checks fill and read."""
    return sibling(__file__, "lakes")
