"""Shows what Compose would build from the files of a folder: who answers a name, who starts when, what lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.compose.lasting import store
from checker.compose.model import Project, Service
from checker.compose.network import published, reached
from checker.compose.order import waves

MAX_BYTES = 200_000
NOBODY, ITSELF, HERE = "nobody", "itself", "this machine"
CONDITIONS = {
    "service_started": "has started",
    "service_healthy": "is healthy",
    "service_completed_successfully": "has ended well",
}


def files_of(folder: Path) -> dict[str, str]:
    """The text files of a folder and of those right below it, by their path from there."""
    found: dict[str, str] = {}
    for path in sorted([*folder.glob("*"), *folder.glob("[!.]*/*")]):
        if path.is_file() and path.suffix != ".ipynb" and path.stat().st_size <= MAX_BYTES:
            try:
                found[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return found


def shown(project: Project, names: Sequence[str]) -> str:
    """The whole view as text."""
    parts = [
        (f"project {project.name}, from {' and '.join(names)}", []),
        ("Start", list(_start(project))),
        ("Names: who answers when a row asks for a column", list(_names(project))),
        ("Ports of this machine", list(_ports(project))),
        ("Data: is it still there after …", list(_data(project))),
        ("Variables: their names, and where the values come from", list(_variables(project))),
    ]
    blocks = ["\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in parts]
    return "\n\n".join(blocks) + "\n"


def _start(project: Project) -> Iterator[str]:
    rows = [(number, name) for number, names in enumerate(waves(project), 1) for name in names]
    for number, name in rows:
        service = project.services[name]
        waits = [f"after {one.service} {CONDITIONS[one.condition]}" for one in service.waits.values()]
        check = service.healthcheck
        asks = " ".join(check.test[1:]) if check else ""
        healthy = f"healthy when: {asks}" if asks else "no healthcheck in these files"
        yield f"{number}  {name:<11} {', '.join(waits) or 'at once':<25} {healthy}"
    for name, service in project.others.items():
        yield f"-  {name:<11} only with --profile {' or '.join(service.profiles)}"
    for variable in project.blank:
        yield f"!  the variable {variable} has no value and no default: a blank text stands in its place"


def _names(project: Project) -> Iterator[str]:
    names = list(project.services)
    width = max(len(one) for one in (*names, HERE)) + 2
    opened = "see ports" if any(published(project)) else NOBODY
    rows = [["", "localhost", *names], [HERE, opened, *[NOBODY] * len(names)]]
    rows += [[caller, *(_cell(project, caller, name) for name in ("localhost", *names))] for caller in names]
    for row in rows:
        yield "".join(f"{one:<{width}}" for one in row).rstrip()


def _cell(project: Project, caller: str, name: str) -> str:
    found = reached(project, caller, name).service
    return ITSELF if found == caller else found or NOBODY


def _ports(project: Project) -> Iterator[str]:
    lines = [
        f"{one.address}, port {one.port.published or 'any free one'} -> {one.service}, port {one.port.target}"
        for one in published(project)
    ]
    yield from lines or ["none is open"]


def _data(project: Project) -> Iterator[str]:
    rows = [
        (f"{service.name}, {label}", store(project, service, path))
        for service in project.services.values()
        for label, path in _paths(service)
    ]
    width = max([len(label) for label, _ in rows], default=0) + 2
    yield f"{'':<{width}}{'restart':<10}{'down, up':<11}down -v, up"
    for label, kept in rows:
        first, second, third = ("yes" if kept.survives(one) else "no" for one in ("restart", "down", "down -v"))
        yield f"{label:<{width}}{first:<10}{second:<11}{third:<14}{kept}"
    yield "An image may declare a volume without a name at a path; that stands in no file here."


def _paths(service: Service) -> list[tuple[str, str]]:
    mounted = [(mount.target, mount.target) for mount in service.mounts]
    return [*mounted, ("all other paths" if mounted else "all paths", "/")]


def _variables(project: Project) -> Iterator[str]:
    rows = [
        (service.name, name, one) for service in project.services.values() for name, one in service.environment.items()
    ]
    for service, name, one in rows:
        yield f"{f'{service} {name}':<27}{one.where}{'' if one.value is not None else ', without a value'}"
    if not rows:
        yield "none is set"
