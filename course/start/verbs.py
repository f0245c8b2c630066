"""The verbs, which are the make targets: one table, and the way from a word to what it does."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from course.start import environment, lock, products, session, tiers
from course.start.console import Console, Trouble, console_for
from course.start.places import Places, this_clone

Do = Callable[[Places, Console, list[str]], int]


@dataclass(frozen=True)
class Verb:
    """`everyday` verbs are listed by `make` alone, all of them by `make help`."""

    name: str
    text: str
    do: Do
    everyday: bool = False


def _env(places: Places, console: Console, arguments: list[str]) -> int:
    made = environment.ensure(places, console)
    console.line(f"Made in {made.seconds:.0f} s." if made.seconds else ".venv is complete.")
    return 0


def _start(places: Places, console: Console, arguments: list[str]) -> int:
    return session.start(places, console, stay=session.stays())


def _demo(places: Places, console: Console, arguments: list[str]) -> int:
    environment.ensure(places, console)
    if not {"-h", "--help"} & set(arguments):
        products.ensure(products.DATA, places, console)
        products.ensure(products.MODEL, places, console)
    return _become(places, "python", "-m", "course", "demo", *arguments)


def _product(product: products.Product) -> Do:
    def do(places: Places, console: Console, arguments: list[str]) -> int:
        environment.ensure(places, console)
        if product is products.MODEL and not arguments:
            products.ensure(products.DATA, places, console)
        products.make(product, places, console, arguments)
        return 0

    return do


def _tier(name: str) -> Do:
    return lambda places, console, arguments: tiers.tier(name, places, console, arguments)


def _hand_over(*argv: str) -> Do:
    """Become the program: its output, questions, exit code and Ctrl-C are its own."""

    def do(places: Places, console: Console, arguments: list[str]) -> int:
        environment.ensure(places, console)
        return _become(places, *argv, *arguments)

    return do


def _become(places: Places, name: str, *arguments: str) -> NoReturn:
    sys.stdout.flush()
    os.chdir(places.root)
    program = places.program(name)
    os.execve(program, [str(program), *arguments], places.surroundings())


def _course(*words: str) -> Do:
    return _hand_over("python", "-m", "course", *words)


def _engines(verb: str) -> Do:
    """By this very Python: engines need no environment, and a CI brings them up while one is made."""

    def do(places: Places, console: Console, arguments: list[str]) -> int:
        sys.stdout.flush()
        os.chdir(places.root)
        os.execv(sys.executable, [sys.executable, "-m", "course.engines", verb, *arguments])

    return do


def _doctor(places: Places, console: Console, arguments: list[str]) -> int:
    """By this very Python, since a broken environment is among the things it looks for."""
    sys.stdout.flush()
    os.chdir(places.root)
    os.execv(sys.executable, [sys.executable, "-m", "checker.doctor", *arguments])


def _check(places: Places, console: Console, arguments: list[str]) -> int:
    if not arguments:
        raise Trouble("no exercise was named.", "make check EX=1", code=2)
    return _hand_over("checker", "check")(places, console, arguments)


def _clean(places: Places, console: Console, arguments: list[str]) -> int:
    """build/ and caches; never work/, which is the trainee's, and never .venv unless it is asked for."""
    folders = [places.build, *(places.root / f".{tool}_cache" for tool in ("pytest", "mypy", "ruff"))]
    if "--venv" in arguments:
        folders.append(places.venv)
    gone = [places.named(folder) for folder in folders if folder.exists()]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    console.line(f"Removed {', '.join(gone) or 'nothing'}; work/ was not touched.")
    return 0


VERBS = (
    Verb("start", "make what is missing, then JupyterLab and the sample service until Ctrl-C", _start, True),
    Verb("demo", "the whole story in two minutes: deploy, break, repair, and a report", _demo, True),
    Verb("check", "check an exercise: make check EX=1", _check, True),
    Verb("doctor", "look for what is wrong with this machine or clone", _doctor, True),
    Verb("test", "lint and test all that needs Python packages only", _tier("test"), True),
    Verb("test-fast", "the same, only what is quick: before each commit", _tier("test-fast"), True),
    Verb("test-full", "what is long or needs a browser or another engine", _tier("test-full"), True),
    Verb("test-live", "only what asks real engines; make infra brings them up", _tier("test-live")),
    Verb("site", "build the site into build/site; it opens from the disk", _course("site"), True),
    Verb("browser", "fetch Python for exercise 1 in a browser, then the site with it", _course("browser")),
    Verb("sync", "write the files that are generated and committed", _course("sync"), True),
    Verb("lint", "ruff and mypy", lambda places, console, _: tiers.lint(places, console), True),
    Verb("clean", "remove build/ and caches; work/ and .venv stay", _clean, True),
    Verb("env", "make .venv from the hash-locked files", _env),
    Verb("data", "generate the data set into build/data", _product(products.DATA)),
    Verb("train", "train the model into build/model", _product(products.MODEL)),
    Verb("infra", "bring up Docker, Kubernetes and other engines, or say how to get them", _engines("up")),
    Verb("infra-down", "end them and put the machine back as it was", _engines("down")),
    Verb("record", "record what real engines say of exercises (ARGS=\"3 build\")", _course("record")),
    Verb("slides", "build the decks into build/slides: HTML, to read, PDF, notes, PowerPoint", _course("slides")),
    Verb("bench", "measure side by side, into build/bench.json", _course("bench")),
    Verb("bench-peers", "measure servers from PyPI beside ours; installs two gigabytes", _course("bench", "--peers")),
    Verb("release", "make the trainee pack, without solutions", _hand_over("checker", "release")),
    Verb("lock", "resolve requirements/*.txt anew (ARGS=--upgrade for newer versions)", lock.lock),
)  # fmt: skip


def listing(*, everyday: bool) -> str:
    shown = [verb for verb in VERBS if verb.everyday or not everyday]
    lines = [f"  make {verb.name:<12}{verb.text}" for verb in shown]
    more = ["  make help        all targets"] if everyday else []
    return "\n".join([*lines, *more])


def _usage() -> str:
    return (
        "usage: python3 -m course.bootstrap VERB [ARGUMENT …]\n\n"
        f"{listing(everyday=False)}\n\n"
        "Each target of make is a verb here, for machines without make."
    )


def main(argv: Sequence[str]) -> int:
    """Do what the first word says. Exit 0, 1 found something, 2 misuse, 3 could not, 130 stopped by hand."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(_usage())
        return 0
    if argv[0] == "list":
        print(listing(everyday=True))
        return 0
    try:
        return _verb(argv[0]).do(this_clone(), console_for(), list(argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return trouble.code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _verb(name: str) -> Verb:
    known = {verb.name: verb for verb in VERBS}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        asked = f" Did you mean {near[0]}?" if near else ""
        raise Trouble(f"there is no verb {name!r}.{asked}", "python3 -m course.bootstrap --help", code=2)
    return known[name]
