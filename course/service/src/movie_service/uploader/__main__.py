"""python -m movie_service.uploader ship|erase|sweep: what happens to the prediction log after the request."""

import argparse
import logging
import logging.config
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from movie_service.errors import ServiceError
from movie_service.log_format import log_config
from movie_service.prediction_log.records import Pseudonyms, parse_key
from movie_service.uploader import erase, segments
from movie_service.uploader.ship import ship
from movie_service.uploader.store import Store, Unreachable

_log = logging.getLogger("movie_service.uploader")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when done, 1 when the bucket could not be reached, 2 for misuse."""
    options = _parser().parse_args(arguments)
    try:
        store = Store.at(options.to, options.endpoint)
        if options.verb == "ship":
            return _ship(options, store)
        if options.verb == "erase":
            erase.mark(store, Pseudonyms(parse_key(options.key)).of(options.user))
        rows, objects = erase.sweep(store, getattr(options, "keep_days", None))
    except Unreachable as error:
        return _complain(1, f"The bucket cannot be used: {error}", "run it again, once it can be reached")
    except (ServiceError, ValueError) as error:
        return _complain(2, str(error), getattr(error, "advice", "python -m movie_service.uploader --help"))
    print(f"erased {rows} rows, removed {objects} objects that were too old")
    return 0


def _ship(options: argparse.Namespace, store: Store) -> int:
    options.spool.mkdir(parents=True, exist_ok=True)
    with segments.alone(options.spool) as alone:
        if not alone:
            return _complain(2, f"Another uploader works on {str(options.spool)!r}.", "stop that one first")
        while True:
            try:
                ship(options.spool, store)
            except Unreachable as error:
                # The spool keeps everything: as long as its disk has room, an outage costs nothing.
                _log.warning("the bucket cannot be used, trying again later: %s", error)
                if options.once:
                    return 1
            if options.once:
                return 0
            time.sleep(options.every)


def _complain(status: int, problem: str, advice: str) -> int:
    print(f"error: {problem}\ntry: {advice}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m movie_service.uploader", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("ship", help="upload closed files of the spool, again and again")
    one.add_argument("--spool", type=Path, default=Path("build/spool"), help="the service's MOVIE_SERVICE_SPOOL_DIR")
    one.add_argument("--every", type=float, default=10.0, metavar="SECONDS", help="pause between two rounds")
    one.add_argument("--once", action="store_true", help="one round, then end")
    two = verbs.add_parser("erase", help="forget all records of one user up to now")
    two.add_argument("--user", type=int, required=True, help="the user's id")
    two.add_argument("--key", type=Path, required=True, help="the service's pseudonym key file")
    three = verbs.add_parser("sweep", help="erase again what is marked, and what is too old")
    three.add_argument("--keep-days", type=int, metavar="N", help="remove days that are older")
    for verb in (one, two, three):
        verb.add_argument("--to", required=True, metavar="s3://BUCKET/PREFIX")
        verb.add_argument("--endpoint", metavar="URL", help="another S3 than Amazon's; AWS_ENDPOINT_URL does the same")
    return parser


if __name__ == "__main__":
    logging.config.dictConfig(log_config())
    sys.exit(main())
