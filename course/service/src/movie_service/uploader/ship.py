"""One round of the uploader: every closed segment goes to the bucket, then its file is removed."""

import logging
from pathlib import Path

from movie_service.uploader import erase, segments, tables
from movie_service.uploader.store import Store

_log = logging.getLogger(__name__)


# --8<-- [start:ship]
def ship(spool: Path, store: Store) -> int:
    """Upload all that is closed; how many records went out. An error of the store leaves the rest for the next round.

    The order is what makes it safe to kill this at any moment: upload, then remove. Killed in between, the segment
    is read again, has the same digest, hence the same key, and the store has it already.
    """
    shipped = 0
    for path in segments.closed(spool):
        try:
            segment = segments.read(path)
            kept = erase.without_erased(segment, erase.markers(store))
            objects = list(tables.parts(kept))
        except (ValueError, KeyError) as error:
            _set_aside(path, error)
            continue
        for key, content in objects:
            store.put_once(key, content)
        path.unlink()
        shipped += len(kept.records)
        _log.info("shipped %s with %d records", segment.name, len(kept.records))
    return shipped


# --8<-- [end:ship]


def _set_aside(path: Path, error: Exception) -> None:
    """A file that cannot be read must not keep the others from going."""
    path.rename(path.with_suffix(".bad"))
    _log.error(
        "%s cannot be read (%r); it is kept as *.bad. Mend the line, rename it to *.ready, and it goes out.",
        path.name,
        error,
    )
