"""Forgetting: all records of one user, and all records older than a number of days.

Erasing leaves a marker in the bucket: the pseudonym and the time. Segments that are still on their way are held against
the markers before they are stored, and `sweep` holds the stored ones against them, so that it does not matter in which
order a record and the wish to erase it arrive. Records made after the wish stay: the user may have come back.
"""

import dataclasses
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from movie_service.uploader.segments import Segment
from movie_service.uploader.store import Store
from movie_service.uploader.tables import parquet

_MARKERS: Final = "erased/"
_DAY: Final = re.compile(r"/dt=(\d{4}-\d\d-\d\d)/")


def mark(store: Store, user: str) -> None:
    """Write down that all records of this pseudonym up to now are to be forgotten."""
    now = int(datetime.now(UTC).timestamp() * 1e6)
    store.replace(f"{_MARKERS}{user}.json", orjson.dumps({"user": user, "until": now}))


def markers(store: Store) -> dict[str, int]:
    """Pseudonym and time of every wish."""
    found = (orjson.loads(store.get(key)) for key in store.keys(_MARKERS))
    return {one["user"]: one["until"] for one in found}


def without_erased(segment: Segment, erased: Mapping[str, int]) -> Segment:
    """The segment without the records of erased users, feedback about them included."""
    if not erased:
        return segment
    kept, gone = [], set()
    for one in segment.records:
        if one.get("user") in erased and one["time"] <= erased[one["user"]]:
            gone.add(_answer(one["request_id"], one["item"]))
        else:
            kept.append(one)
    about = [one["kind"] == "feedback" and _answer(one["request_id"], one["item"]) in gone for one in kept]
    return dataclasses.replace(segment, records=[one for one, erase in zip(kept, about, strict=True) if not erase])


def sweep(store: Store, keep_days: int | None = None) -> tuple[int, int]:
    """Erase what is marked and what is too old; how many rows and how many objects went."""
    too_old = 0 if keep_days is None else _drop_days(store, datetime.now(UTC) - timedelta(days=keep_days))
    erased = markers(store)
    if not erased:
        return 0, too_old
    answers: set[str] = set()
    rows = 0
    for key in list(store.keys("predictions/")):
        table = pq.read_table(io.BytesIO(store.get(key)))
        mine = _marked(table, erased)
        answers.update(_answers(table.filter(mine)))
        rows += _rewrite(store, key, table, mine)
    for key in list(store.keys("feedback/")):
        table = pq.read_table(io.BytesIO(store.get(key)))
        rows += _rewrite(store, key, table, pa.array([one in answers for one in _answers(table)], pa.bool_()))
    return rows, too_old


def _answer(request_id: str, item: int) -> str:
    # The items of a batch may be about different users.
    return f"{item}:{request_id}"


def _answers(table: pa.Table) -> list[str]:
    pairs = zip(table["request_id"].to_pylist(), table["item"].to_pylist(), strict=True)
    return [_answer(request_id, item) for request_id, item in pairs]


def _marked(table: pa.Table, erased: Mapping[str, int]) -> pa.Array:
    users, times = table["user"].to_pylist(), table["time"].cast(pa.int64()).to_pylist()
    return pa.array(
        [user in erased and time <= erased[user] for user, time in zip(users, times, strict=True)], pa.bool_()
    )


def _rewrite(store: Store, key: str, table: pa.Table, gone: pa.Array) -> int:
    count = int(pc.sum(gone).as_py() or 0)
    if count:
        # An object without rows stays: its name keeps a late repetition of the upload out.
        store.replace(key, parquet(table.filter(pc.invert(gone))))
    return count


def _drop_days(store: Store, before: datetime) -> int:
    count = 0
    for table in ("predictions/", "feedback/"):
        for key in list(store.keys(table)):
            day = _DAY.search(key)
            if day and day[1] < f"{before:%Y-%m-%d}":
                store.delete(key)
                count += 1
    return count
