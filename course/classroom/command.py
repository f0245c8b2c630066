"""`python -m course classroom`: a folder with all that a room needs without the internet.

--out makes it: the trainee pack, every locked package for the machines of the room, site and slides when they are
built. --serve shows it to the room's network. --verify says what is missing or changed in a copy.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from checker.course import find_course
from checker.errors import CheckerError
from checker.release.pack import release
from checker.room import is_this_machine
from course.classroom import folder as folders
from course.classroom import page
from course.classroom.fetch import Fetcher
from course.classroom.folder import MAKE, Listed, Served, mega
from course.classroom.pins import Pin, read_pins
from course.classroom.server import PORT, Server
from course.classroom.targets import Target, targets
from course.start import products, stamps
from course.start.console import Console, Trouble, console_for
from course.start.places import Places, this_clone
from course.start.source import LIST, WHEELHOUSE

LEARN, DEVELOP = Path("requirements/learn.txt"), Path("requirements/dev.txt")
READ = {"site": (Path("site/html"), "make site"), "slides": (Path("slides"), "make slides")}


def main(argv: list[str]) -> int:
    """0: all is there, 1: something is missing or changed, 2: misuse, 3: it could not be made."""
    try:
        return _do(_options(argv))
    except Trouble as trouble:
        said, code = str(trouble), trouble.code
    except CheckerError as error:
        said, code = f"error: {error}\ntry: {error.next_step}", error.exit_code
    except OSError as problem:
        where = f"{str(problem.filename)!r}: " if problem.filename else ""
        said, code = f"error: {where}{problem.strerror}.\ntry: the same command, with room on the disk", 3
    except KeyboardInterrupt:
        said, code = "\nStopped. The same command goes on where it was.", 130
    print(said, file=sys.stderr)
    return code


def _do(options: argparse.Namespace) -> int:
    if options.serve:
        return serve(options.serve, options.host, options.port)
    if options.verify:
        return verify(options.verify)
    return make(options.out.expanduser().resolve(), options, this_clone(), console_for())


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m course classroom", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, metavar="FOLDER", help="make the folder, or complete it")
    what.add_argument("--serve", type=Path, metavar="FOLDER", help="show it until Ctrl-C")
    what.add_argument("--verify", type=Path, metavar="FOLDER", help="compare every file with its digest")
    parser.add_argument(
        "--platform", nargs="+", metavar="NAME", help="linux-x86_64, macos-arm64, … (default: this machine's)"
    )
    parser.add_argument("--python", nargs="+", metavar="VERSION", help="3.12 3.13, … (default: this one's)")
    parser.add_argument("--clone", action="store_true", help="also the packages that make env of a clone needs")
    parser.add_argument("--no-site", action="store_true", help="leave the site out: it gives reasons and answers")
    parser.add_argument("--no-slides", action="store_true", help="leave the decks out: their notes give answers")
    parser.add_argument(
        "--host", default="127.0.0.1", help="an address of this machine; without it nobody else can ask"
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    return parser.parse_args(argv)


def make(folder: Path, options: argparse.Namespace, places: Places, console: Console) -> int:
    """Make or complete the folder; what is there with the right digest stays."""
    folders.refuse_stranger(folder)
    wanted, locks = _wanted(folder, options)
    pins = read_pins(places.root / lock for lock in locks)
    folder.mkdir(parents=True, exist_ok=True)
    digests = {lock.name: stamps.file_digest(places.root / lock) for lock in locks}
    # Written first: a folder whose making was cut off is known as one.
    Listed(digests, tuple(Served(one.platform, one.python, 0, 0) for one in wanted)).write(folder)
    _pack(folder, places, console)
    for name, (built, how) in READ.items():
        left_out = vars(options)[f"no_{name}"]
        with console.step(name, "copying") as step:
            there = folders.put_copy(places.build / ("none" if left_out else built), folder / name)
            step.done("copied" if there else "left out" if left_out else f"not built; {how}, then the same again")
    served = _packages(folder, wanted, pins, places, console)
    (folder / folders.README).write_text(page.readme(Listed(digests, served), folder), encoding="utf-8")
    listed = Listed(digests, served, folders.listing(folder))
    listed.write(folder)
    return _told(folder, listed, places)


def _wanted(folder: Path, options: argparse.Namespace) -> tuple[list[Target], list[Path]]:
    """The machines and locks: those that are named, else those that the folder was made for."""
    before = folders.read_begun(folder) if (folder / LIST).exists() else None
    clone = options.clone or (before is not None and DEVELOP.name in before.locks)
    locks = [LEARN, DEVELOP] if clone else [LEARN]
    if before is not None and before.targets and not options.platform and not options.python:
        return [one.target for one in before.targets], locks
    return targets(options.platform, options.python), locks


def _pack(folder: Path, places: Places, console: Console) -> None:
    for product in (products.DATA, products.MODEL):
        products.ensure(product, places, console)
    with console.step("pack", "making it and looking for answers in it") as step:
        made = release(find_course(places.root), places.build / "release")
        folders.put_pack(made.pack, folder)
        step.done(f"{made.exercises} exercises; the codes stay in {places.named(made.codes)}")


def _packages(
    folder: Path, wanted: Sequence[Target], pins: Sequence[Pin], places: Places, console: Console
) -> tuple[Served, ...]:
    served = []
    with console.step("packages", "looking at what is there") as step:
        fetcher = Fetcher(folder / WHEELHOUSE, places, step, f"{MAKE} {places.named(folder)}")
        for target in wanted:
            missing = fetcher.fetch(target, pins)
            names = {name: pin for pin in pins if pin.wanted(target) for name in pin.serving(target, fetcher.there)}
            size = sum((folder / WHEELHOUSE / name).stat().st_size for name in names)
            served.append(
                Served(target.platform, target.python, len(set(names.values())), size, tuple(map(str, missing)))
            )
        gone = fetcher.remove_others(wanted, pins)
        step.done(f"{len(fetcher.there)} files" + (f"; {gone} that nobody needs now removed" if gone else ""))
    return tuple(served)


def _told(folder: Path, listed: Listed, places: Places) -> int:
    where = places.named(folder)
    print(f"\n{where}: {len(listed.files)} files, {mega(listed.bytes)}")
    for one in listed.targets:
        print(f"  {one.target}: {one.packages} packages, {mega(one.bytes)}")
    print(f"next: copy the folder to a stick, or python -m course classroom --serve {where}")
    lacking = [one for one in listed.targets if one.missing]
    for one in lacking:
        print(f"error: nobody has a wheel for {one.target} of {', '.join(one.missing)}.", file=sys.stderr)
    if lacking:
        print(
            "try: another --python for these machines; or let their owners run python3 start.py env at home, "
            "which asks the network",
            file=sys.stderr,
        )
    return 1 if lacking else 0


def verify(folder: Path) -> int:
    listed = folders.read(folder)
    found = list(folders.damage(folder, listed))
    for said in found:
        print(said)
    if found:
        print(
            f"error: {len(found)} of {len(listed.files)} files are not as they were made.\n"
            f"try: copy these again; or {MAKE} {folder}, which fetches only what is missing or changed",
            file=sys.stderr,
        )
        return 1
    print(f"{folder}: {len(listed.files)} files, {mega(listed.bytes)}, all as they were made")
    return 0


def serve(folder: Path, host: str, port: int) -> int:
    with Server(folder, folders.read(folder), host, port) as server:
        print(f"page:  {server.url}/\nline:  {page.line(server.url)}")
        if is_this_machine(host):
            print("Only this machine can ask. For a class: --host with this machine's address in its network.")
        else:
            print("Whoever is in this network can read the folder.")
        print("Ctrl-C ends it.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nended")
    return 0
