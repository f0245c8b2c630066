"""python -m movie_service.registry --at FOLDER|s3://BUCKET/PREFIX add|list|promote|rollback|challenge|pull"""

import argparse
import logging
import logging.config
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from movie_service.bundle import MANIFEST, MODEL, ONLINE
from movie_service.errors import ServiceError
from movie_service.registry.catalog import ALIASES, VERSIONS, Registry
from movie_service.registry.places import Folder, Place

_log = logging.getLogger("movie_service.registry")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when done, 1 when the registry says no or cannot be reached, 2 for misuse."""
    options = _parser().parse_args(arguments)
    try:
        registry = Registry(_place(options.at, options.endpoint))
        return _do(options, registry)
    except ValueError as error:
        return _complain(2, str(error))
    except ServiceError as error:
        return _complain(1, str(error))
    except Exception as error:
        # boto3's errors, without importing boto3 for a folder.
        if type(error).__module__.partition(".")[0] not in ("botocore", "boto3"):
            raise
        return _complain(1, f"{options.at} cannot be used: {error}")


def _place(at: str, endpoint: str | None) -> Place:
    if "://" not in at:
        return Folder(Path(at))
    from movie_service.registry.s3 import Bucket

    return Bucket.at(at, endpoint)


def _do(options: argparse.Namespace, registry: Registry) -> int:
    if options.verb == "add":
        print(f"added {registry.add(options.bundle)}")
    elif options.verb == "list":
        for one in registry.versions():
            print(f"{one.version:<20} {one.sha256[:12]}  {' '.join(one.aliases)}".rstrip())
    elif options.verb == "promote":
        print(f"champion is {registry.promote(options.version).champion}")
    elif options.verb == "rollback":
        print(f"champion is {registry.rollback().champion}")
    elif options.verb == "challenge":
        print(f"challenger is {registry.challenge(options.version).challenger}")
    else:
        return _pull(options, registry)
    return 0


def _pull(options: argparse.Namespace, registry: Registry) -> int:
    """Copy what the aliases name into a folder, again and again: the serving process reads that folder."""
    while True:
        pull(registry, Folder(options.to))
        if options.once:
            return 0
        time.sleep(options.every)


# --8<-- [start:pull]
def pull(registry: Registry, folder: Folder) -> None:
    """The versions first, the aliases last: a name never points to what is not there yet."""
    aliases, tag = registry.aliases()
    for version in {aliases.champion, aliases.challenger, aliases.previous} - {None}:
        for name in (MODEL, ONLINE, MANIFEST):
            key = f"{VERSIONS}{version}/{name}"
            try:
                folder.read(key)
            except FileNotFoundError:
                folder.add(key, registry.place.read(key)[0])
    if not tag:
        return
    content = aliases.model_dump_json(indent=1).encode()
    try:
        found, own = folder.read(ALIASES)
    except FileNotFoundError:
        found, own = b"", ""
    if found != content:
        folder.change(ALIASES, content, own)
        _log.info("champion is %s", aliases.champion)


# --8<-- [end:pull]


def _complain(status: int, problem: str) -> int:
    print(f"error: {problem}\ntry: python -m movie_service.registry --help", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m movie_service.registry", description=__doc__)
    parser.add_argument("--at", required=True, metavar="FOLDER|s3://BUCKET/PREFIX")
    parser.add_argument("--endpoint", metavar="URL", help="another S3 than Amazon's; AWS_ENDPOINT_URL does the same")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("add", help="copy a bundle into the registry").add_argument("bundle", type=Path)
    verbs.add_parser("list", help="all versions, and the names that point to them")
    verbs.add_parser("promote", help="let a version answer").add_argument("version")
    verbs.add_parser("rollback", help="let the version before answer again")
    verbs.add_parser("challenge", help="name the version that is tried next").add_argument("version")
    copy = verbs.add_parser("pull", help="keep a folder equal to the registry, for the service to read")
    copy.add_argument("--to", type=Path, required=True)
    copy.add_argument("--every", type=float, default=5.0, metavar="SECONDS")
    copy.add_argument("--once", action="store_true")
    return parser


if __name__ == "__main__":
    from movie_service.log_format import log_config

    logging.config.dictConfig(log_config())
    sys.exit(main())
