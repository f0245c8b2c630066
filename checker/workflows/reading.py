"""Reads a workflow file into jobs and steps, with the line of each part.

It reads what is there and never refuses: whether GitHub would take the file is for the JSON schema to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from checker.places import Places
from checker.readers import read_yaml_12

LOCAL = "./"


@dataclass(frozen=True)
class Step:
    """One step of a job: an action (`uses`) or a script (`run`)."""

    place: tuple[str | int, ...]
    id: str
    name: str
    condition: str
    uses: str
    run: str
    shell: str
    folder: str
    env: Mapping[str, Any] = field(hash=False)
    given: Mapping[str, Any] = field(hash=False)
    goes_on: Any = field(hash=False)

    @property
    def action(self) -> str:
        """`actions/checkout`, without what stands behind the @; in lower case, as GitHub compares it."""
        return self.uses.partition("@")[0].lower()

    @property
    def ref(self) -> str:
        return self.uses.partition("@")[2]

    @property
    def title(self) -> str:
        return self.name or self.uses or next(iter(self.run.strip().splitlines()), "")


@dataclass(frozen=True)
class Concurrency:
    """A group, of which one member runs at a time; `cancels` is the raw value of cancel-in-progress."""

    place: tuple[str | int, ...]
    group: str
    cancels: Any = field(hash=False, default=False)


@dataclass(frozen=True)
class Job:
    """One job. `raw` is all that the file says of it."""

    id: str
    needs: tuple[str, ...]
    condition: str
    steps: tuple[Step, ...]
    uses: str
    concurrency: Concurrency | None
    raw: Mapping[str, Any] = field(hash=False)

    @property
    def place(self) -> tuple[str, str]:
        return ("jobs", self.id)

    @property
    def calls(self) -> str:
        """The name of the local workflow file that this job calls, or nothing."""
        return PurePosixPath(self.uses).name if self.uses.startswith(LOCAL) else ""

    @property
    def environment(self) -> str:
        value = self.raw.get("environment")
        return _text(value.get("name") if isinstance(value, Mapping) else value)


@dataclass(frozen=True)
class Workflow:
    """A workflow file. `on` maps each event's name to its filters."""

    name: str
    on: Mapping[str, Mapping[str, Any]] = field(hash=False)
    jobs: tuple[Job, ...]
    concurrency: Concurrency | None
    raw: Mapping[str, Any] = field(hash=False)
    places: Places = field(hash=False)

    def at(self, *path: str | int) -> str:
        """`deploy.yml:21`: the line of a key, or of the deepest part of the path that is there."""
        return self.places.at(0, *path)

    def job(self, job_id: str) -> Job | None:
        return next((job for job in self.jobs if job.id == job_id), None)


def read(name: str, text: str) -> Workflow:
    """Read a workflow. A YAML error is a finding with its line."""
    raw = _mapping(read_yaml_12(name, text))
    jobs = tuple(_job(str(key), _mapping(value)) for key, value in _mapping(raw.get("jobs")).items())
    concurrency = _concurrency(("concurrency",), raw.get("concurrency"))
    return Workflow(name, _events(raw.get("on")), jobs, concurrency, raw, Places.of(name, text))


def _events(on: Any) -> dict[str, Mapping[str, Any]]:
    if isinstance(on, str):
        return {on: {}}
    if isinstance(on, list):
        return {str(name): {} for name in on}
    return {str(name): _mapping(filters) for name, filters in _mapping(on).items()}


def _job(job_id: str, raw: Mapping[str, Any]) -> Job:
    steps = raw.get("steps")
    return Job(
        id=job_id,
        needs=tuple(map(str, _list(raw.get("needs")))),
        condition=_text(raw.get("if")),
        steps=tuple(
            _step(("jobs", job_id, "steps", number), _mapping(one))
            for number, one in enumerate(steps if isinstance(steps, list) else [])
        ),
        uses=_text(raw.get("uses")),
        concurrency=_concurrency(("jobs", job_id, "concurrency"), raw.get("concurrency")),
        raw=raw,
    )


def _step(place: tuple[str | int, ...], raw: Mapping[str, Any]) -> Step:
    return Step(
        place=place,
        id=_text(raw.get("id")),
        name=_text(raw.get("name")),
        condition=_text(raw.get("if")),
        uses=_text(raw.get("uses")),
        run=_text(raw.get("run")),
        shell=_text(raw.get("shell")),
        folder=_text(raw.get("working-directory")),
        env=_mapping(raw.get("env")),
        given=_mapping(raw.get("with")),
        goes_on=raw.get("continue-on-error", False),
    )


def _concurrency(place: tuple[str | int, ...], value: Any) -> Concurrency | None:
    if isinstance(value, Mapping):
        return Concurrency(place, _text(value.get("group")), value.get("cancel-in-progress", False))
    return Concurrency(place, _text(value)) if value is not None else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return {str(key): one for key, one in value.items()} if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
