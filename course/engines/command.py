"""`python -m course.engines`: find, up, down, status; what `make infra` and `make infra-down` run."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from course.engines import act, faults, kubernetes, times
from course.engines.bring import bring_up
from course.engines.found import EngineTrouble, Found, NotHere
from course.engines.places import machine_lock
from course.engines.table_of_engines import ENABLES, ENGINES


def main(argv: Sequence[str] | None = None) -> int:
    """0 done or found, 1 not found or could not, 2 misuse."""
    given = _parser().parse_args(argv)
    unknown = [name for name in getattr(given, "engines", []) if name not in ENGINES]
    if unknown:
        known = ", ".join(ENGINES)
        print(f"error: there is no engine {unknown[0]!r}.\ntry: one of {known}", file=sys.stderr)
        return 2
    try:
        return int(given.run(given))
    except EngineTrouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        if trouble.next_step:
            print(f"try: {trouble.next_step}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m course engines", description=(__doc__ or "").partition("\n")[0])
    verbs = top.add_subparsers(metavar="VERB")
    status = verbs.add_parser("status", help="what is found, which version, what it is for, how one gets it (default)")
    status.add_argument("--json", action="store_true", help="as JSON")
    find = verbs.add_parser("find", help="one engine, for the checker")
    find.add_argument("engines", nargs=1, metavar="ENGINE")
    find.add_argument("--json", action="store_true", help="as one JSON object")
    up = verbs.add_parser("up", help="bring up what is not there (on Debian as root)")
    up.add_argument("engines", nargs="*", metavar="ENGINE", help="default: all")
    down = verbs.add_parser("down", help="end what `up` started, and put back what it changed")
    down.add_argument("engines", nargs="*", metavar="ENGINE", help="default: all")
    measured = verbs.add_parser("times", help="measure how long they take to come up")
    measured.add_argument("kind", nargs="?", choices=[*times.KINDS, "all"], default="all", help=_kinds())
    measured.add_argument("engines", nargs="*", metavar="ENGINE", help="default: all")
    workflow = verbs.add_parser("act", help="run the workflows of this folder, with stand-ins for their actions")
    workflow.add_argument("--short", action="store_true", help="which jobs ran and what was deployed, not act's lines")
    workflow.add_argument("--fail", default="", metavar="PROGRAM", help="this stand-in fails, such as pytest")
    workflow.add_argument("--input", action="append", default=[], metavar="NAME=VALUE", help="of workflow_dispatch")
    workflow.add_argument("event", metavar="EVENT", help=", ".join(act.EVENTS))
    workflow.add_argument("words", nargs=argparse.REMAINDER, metavar="WORD", help="passed on to act")
    service = verbs.add_parser(
        "ecs", help="deploy the templates of this folder to the AWS emulator, ask, and remove all"
    )
    service.add_argument("--broken", action="store_true", help="also an update with an image that nobody built")
    build = verbs.add_parser(
        "codebuild", help="run the buildspec of this folder with Docker and the registry on loopback"
    )
    build.add_argument("--fail", default="", choices=("tests", "docker-build"), help="what fails in this run")
    wrong = verbs.add_parser("faults", help="engines that are installed and cannot be used, for the doctor")
    load = verbs.add_parser("load", help="take an image of the Docker engine into the cluster")
    load.add_argument("image", metavar="IMAGE")
    runs = {
        top: _status, status: _status, find: _find, up: _up, down: _down, load: _load, wrong: _faults, workflow: _act,
        measured: _times, service: _ecs, build: _codebuild,
    }  # fmt: skip
    for parser, run in runs.items():
        parser.set_defaults(run=run)
    top.set_defaults(json=False)
    return top


def _find(given: argparse.Namespace) -> int:
    found = ENGINES[given.engines[0]].find()
    print(json.dumps(found.to_dict(), indent=None if given.json else 1))
    return 0 if found.found else 1


def _status(given: argparse.Namespace) -> int:
    found = {name: engine.find() for name, engine in ENGINES.items()}
    if given.json:
        print(json.dumps({name: one.to_dict() for name, one in found.items()}, indent=1))
        return 0
    for name, one in found.items():
        print(_line(name, one))
    return 0


def _line(name: str, found: Found) -> str:
    said = f"{found.version}, {found.where}" if found.found else f"not found. {found.needed}"
    return f"{name:<14}{said}\n{'':<14}for {ENABLES[name]}"


def _up(given: argparse.Namespace) -> int:
    began, wanted = time.monotonic(), given.engines or list(ENGINES)

    def passed(trouble: EngineTrouble) -> bool:
        """One that this machine cannot have is an error only for who asked for it."""
        return isinstance(trouble, NotHere) and not given.engines

    with machine_lock():
        failed = bring_up(wanted, _say, lambda name, trouble: _complain(passed(trouble), name, trouble)).failed
    for name in wanted:
        print(_line(name, ENGINES[name].find()))
    print(f"engines: {len(wanted) - len(failed)} up, {len(failed)} not, in {time.monotonic() - began:.0f} s")
    return 0 if all(map(passed, failed.values())) else 1


def _complain(passed: bool, name: str, trouble: EngineTrouble) -> None:
    print(f"{'left out' if passed else 'error'}: {name}: {trouble}", file=sys.stderr, flush=True)
    if trouble.next_step:
        print(f"try: {trouble.next_step}", file=sys.stderr)


def _down(given: argparse.Namespace) -> int:
    wanted = given.engines or list(ENGINES)
    with machine_lock():
        times.end(wanted, _say)
    return 0


def _times(given: argparse.Namespace) -> int:
    kinds = list(times.KINDS) if given.kind == "all" else [given.kind]
    return times.measure(kinds, given.engines, _say)


def _kinds() -> str:
    return "; ".join(f"{name}: {kind.says}" for name, kind in times.KINDS.items())


def _act(given: argparse.Namespace) -> int:
    inputs = dict(one.partition("=")[::2] for one in given.input)
    folder, short = Path.cwd(), given.short
    return act.run(given.event, folder=folder, words=given.words, fail=given.fail, short=short, inputs=inputs)


def _ecs(given: argparse.Namespace) -> int:
    # It reads templates, with packages that engines are found without.
    from course.engines import ecs

    found = ENGINES["ministack"].find()
    if not found.found:
        raise EngineTrouble(found.needed)
    return ecs.run(Path.cwd(), endpoint=found.facts["endpoint"], broken=given.broken)


def _codebuild(given: argparse.Namespace) -> int:
    from course.engines import codebuild

    found = ENGINES["registry"].find()
    if not found.found:
        raise EngineTrouble(found.needed)
    return codebuild.run(Path.cwd(), registry=found.facts["registry"], fail=given.fail)


def _faults(given: argparse.Namespace) -> int:
    said = faults.faults()
    print(" ".join(said))
    return 1 if said else 0


def _load(given: argparse.Namespace) -> int:
    kubernetes.load(given.image)
    return 0


def _say(line: str) -> None:
    print(f"  {line}", flush=True)
