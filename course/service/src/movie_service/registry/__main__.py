"""python -m movie_service.registry --at FOLDER|s3://BUCKET/PREFIX|sqlite:///PATH|http://HOST:PORT VERB"""

import argparse
import json
import logging.config
import sys
from collections.abc import Sequence
from pathlib import Path

from movie_service.registry.catalog import Registry
from movie_service.registry.follow import keep_pulling, pull
from movie_service.registry.outside import explained, place_at
from movie_service.registry.places import Folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when done, 1 when the registry says no or cannot be reached, 2 for misuse."""
    options = _parser().parse_args(arguments)
    try:
        registry = Registry(place_at(options.at, options.endpoint, new=options.verb == "add"))
        said = _do(options, registry)
        if options.then_pull:
            pull(registry, Folder(options.then_pull))
        print(json.dumps(registry.content()) if options.json else said)
        return 0
    except Exception as error:
        text = explained(options.at, error)
        if text is not None:
            return _complain(1, text)
        if not isinstance(error, ValueError):
            raise
        return _complain(2, str(error))


def _do(options: argparse.Namespace, registry: Registry) -> str:
    if options.verb == "add":
        return f"added {registry.add(options.bundle)}"
    if options.verb == "promote":
        return f"champion is {registry.promote(options.version).champion}"
    if options.verb == "rollback":
        return f"champion is {registry.rollback().champion}"
    if options.verb == "challenge":
        return f"challenger is {registry.challenge(options.version).challenger}"
    if options.verb == "pull":
        return _pull(options, registry)
    lines = [f"{one.version:<20} {one.sha256[:12]}  {' '.join(one.aliases)}" for one in registry.versions()]
    return "\n".join(line.rstrip() for line in lines)


def _pull(options: argparse.Namespace, registry: Registry) -> str:
    """Copy what the aliases name into a folder, again and again: the serving process reads that folder."""
    if not options.once:
        keep_pulling(registry, Folder(options.to), options.every)
    pull(registry, Folder(options.to))
    return f"{options.to} follows {registry.place.name}"


def _complain(status: int, problem: str) -> int:
    print(f"error: {problem}\ntry: python -m movie_service.registry --help", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m movie_service.registry", description=__doc__)
    parser.add_argument("--at", required=True, metavar="WHERE", help="a folder, a bucket, or a registry in MLflow")
    parser.add_argument("--endpoint", metavar="URL", help="another S3 than Amazon's; AWS_ENDPOINT_URL does the same")
    parser.add_argument("--json", action="store_true", help="print versions and names as JSON, whatever was done")
    parser.add_argument("--then-pull", type=Path, metavar="FOLDER", help="and bring this folder up to date")
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
