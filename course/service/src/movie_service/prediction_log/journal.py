"""What the routes write to: a journal that knows what to do when the disk is full."""

import logging
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from time import time_ns
from typing import Any, Final, NamedTuple, Protocol

from movie_service.columns import Asked
from movie_service.prediction_log import records
from movie_service.prediction_log.spool import Spool
from movie_service.problems import Problem
from movie_service.settings import Settings

_log = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 5


class Answered(NamedTuple):
    """What was asked, what was answered, and the numbers that the model saw (None: it does not tell)."""

    request_id: str
    asked: Sequence[Asked]
    scores: Sequence[float]
    threshold: float
    version: str
    names: Sequence[str] = ()
    rows: "array[float] | None" = None
    # The number of the first one, where a long batch is answered in parts.
    first: int = 0


def _ignore(_count: int) -> None:
    """Nobody counts."""


class Journal(Protocol):
    """Keeps predictions and feedback."""

    # Called with the number of records that a best-effort log could not keep.
    on_drop: Callable[[int], None]

    def predictions(self, *answered: Answered) -> None:
        """Keep what is about to be answered: all of it, or none."""

    def feedback(self, content: dict[str, Any]) -> None:
        """Keep what came back about an earlier answer."""

    def tick(self) -> None:
        """Called every second or so, for what is due without a request."""

    def close(self) -> None:
        """Called once, after the last request."""


class NoJournal:
    """PREDICTION_LOG=off."""

    def __init__(self) -> None:
        self.on_drop: Callable[[int], None] = _ignore

    def predictions(self, *answered: Answered) -> None:
        """Nothing is kept."""

    def feedback(self, content: dict[str, Any]) -> None:
        """Feedback that would be lost is refused."""
        raise Problem(
            503,
            "Feedback is not kept here: the prediction log is off. Set MOVIE_SERVICE_PREDICTION_LOG.",
            kind="log-unavailable",
        )

    def tick(self) -> None:
        """Nothing is ever due."""

    def close(self) -> None:
        """Nothing is open."""


class SpoolJournal:
    """Writes to a spool; `required` refuses an answer that cannot be kept, otherwise it is counted as dropped."""

    def __init__(self, spool: Spool, pseudonyms: records.Pseudonyms, *, required: bool) -> None:
        self.on_drop: Callable[[int], None] = _ignore
        self._spool = spool
        self._pseudonyms = pseudonyms
        self._required = required
        # The models whose features the open segment has named, and which segment that was.
        self._named: set[str] = set()
        self._named_in = 0
        self._dropping = False

    # --8<-- [start:predictions]
    def predictions(self, *answered: Answered) -> None:
        """Append the records of one call, or of several that are answered together, with one write."""
        # Once for all of them: a record must not come to lie in a segment before the line that names its features.
        segment = self._spool.rotate_when_due()
        try:
            lines = [part for one in answered for part in (self._head(one, segment), *self._lines(one))]
            self._spool.append(b"".join(lines))
        except OSError as error:
            self._named.clear()
            if self._required:
                raise self._unavailable(error) from None
            if not self._dropping:
                _log.error("prediction log: records are being dropped (%s)", error.strerror)
            self._dropping = True
            self.on_drop(sum(len(one.asked) for one in answered))
        else:
            self._dropping = False

    # --8<-- [end:predictions]

    def feedback(self, content: dict[str, Any]) -> None:
        """Append one record; feedback that cannot be kept is always refused, since it has no other answer."""
        self._spool.rotate_when_due()
        try:
            self._spool.append(records.line({"kind": "feedback", "time": time_ns() // 1000, **content}))
        except OSError as error:
            raise self._unavailable(error) from None

    def tick(self) -> None:
        """Close a segment that is due although nobody asks."""
        self._spool.rotate_when_due()

    def close(self) -> None:
        """Hand the last segment to the uploader."""
        self._spool.close()

    def _head(self, answered: Answered, segment: int) -> bytes:
        if segment != self._named_in:
            self._named_in = segment
            self._named.clear()
        if answered.version in self._named:
            return b""
        self._named.add(answered.version)
        return records.model_line(answered.version, answered.names)

    def _lines(self, answered: Answered) -> list[bytes]:
        width, rows, lines = len(answered.names), answered.rows, []
        for item, (asked, score) in enumerate(zip(answered.asked, answered.scores, strict=True)):
            values = None if rows is None else rows[item * width : (item + 1) * width].tolist()
            user = self._pseudonyms.of(asked.user_id)
            record = records.prediction(answered.request_id, answered.first + item, asked, user, values)
            record["prediction"] = score
            record["prediction_class"] = int(score >= answered.threshold)
            record["model_version"] = answered.version
            lines.append(records.line(record))
        return lines

    @staticmethod
    def _unavailable(error: OSError) -> Problem:
        _log.error("prediction log: a record cannot be written (%s)", error.strerror)
        return Problem(
            503,
            f"The answer cannot be kept in the prediction log ({error.strerror}), and it is required here.",
            kind="log-unavailable",
            headers={"Retry-After": str(_RETRY_SECONDS)},
        )


def open_journal(settings: Settings) -> Journal:
    """The journal that the settings ask for."""
    if settings.prediction_log == "off":
        return NoJournal()
    key = records.read_key(Path(settings.pseudonym_key_file or settings.spool_dir / "pseudonym.key"))
    spool = Spool(
        settings.spool_dir,
        segment_bytes=settings.spool_segment_bytes,
        segment_seconds=settings.spool_segment_seconds,
    )
    return SpoolJournal(spool, records.Pseudonyms(key), required=settings.prediction_log == "required")
