"""`rollout("deployment.yaml")` and `checker rollout`: the computed rollout of a file as a table."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from checker import readers
from checker.errors import Misuse, NotYet
from checker.kube.admission import refused
from checker.kube.objects import Object, in_text
from checker.kube.rollout import READY_AFTER, Rollout, compute, counted, plan_of
from checker.markup import framed
from checker.shown import shown

HEAD = ("second", "what happens", "old serve", "new serve", "serving", "pods")


@dataclass(frozen=True)
class Table:
    """A rollout that shows itself: HTML in a notebook, text elsewhere."""

    command: str
    name: str
    rollout: Rollout

    def __repr__(self) -> str:
        cells = [HEAD, *self._cells()]
        wide = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
        lines = ["  ".join(_aligned(row, wide)).rstrip() for row in cells]
        return "\n".join([f"$ {self.command}", *self._told(), "", *lines, "", self._end()])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{one}</th>' for one in HEAD)
        body = "".join(f"<tr>{''.join(map(_cell, enumerate(row)))}</tr>" for row in self._cells())
        told = "".join(f"<p>{html.escape(line)}</p>" for line in self._told())
        table = f'<table class="narrow"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        return framed(f"<pre><b>$ {html.escape(self.command)}</b></pre>{told}{table}<p>{html.escape(self._end())}</p>")

    def _told(self) -> list[str]:
        after = self.rollout.plan.ready_after
        assumed = "no new pod ever becomes ready" if after is None else f"a new pod is ready {after} s after its start"
        return [
            f"{self.name}: {self.rollout.plan.told()}",
            f"computed, no cluster was asked; taken as given: {assumed}",
        ]

    def _cells(self) -> list[tuple[str, ...]]:
        return [
            (str(step.second), step.says, str(step.old), str(step.new), str(step.serving), str(step.pods))
            for step in self.rollout.steps
        ]

    def _end(self) -> str:
        rollout, last = self.rollout, self.rollout.steps[-1]
        counts = f"at least {counted(rollout.least_serving, 'pod')} served, at most {rollout.most_pods} existed"
        match rollout.end:
            case "done":
                return f"done after {last.second} s: {counts}"
            case "paused":
                return "paused: nothing happens until `kubectl rollout resume`"
        return f"stuck: {counted(last.old, 'old pod')} and {last.new} of {counted(rollout.new_pods, 'new pod')} serve"


def _cell(placed: tuple[int, str]) -> str:
    column, text = placed
    return f"<td>{html.escape(text)}</td>" if column == 1 else f'<td class="points">{html.escape(text)}</td>'


def _aligned(row: tuple[str, ...], wide: list[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    return [cell.ljust(wide[column]) if column == 1 else cell.rjust(wide[column]) for column, cell in enumerate(row)]


def table(
    file: str,
    *,
    replicas: int | None = None,
    surge: str | int | None = None,
    unavailable: str | int | None = None,
    ready_after: int | None = READY_AFTER,
) -> Table:
    """Compute the rollout of the Deployment in `file`. `ready_after=None`: the new version never becomes ready.

    The other settings stand in for those of the file. Raises Misuse when there is none, or none that a server takes.
    """
    options = [("replicas", replicas), ("surge", surge), ("unavailable", unavailable)]
    words = [f"--{name} {value}" for name, value in options if value is not None]
    if ready_after is None:
        words.append("--never-ready")
    elif ready_after != READY_AFTER:
        words.append(f"--ready-after {ready_after}")
    deployment = _deployment(file)
    plan = plan_of(
        deployment, replicas=replicas, ready_after=ready_after, surge=_number(surge), unavailable=_number(unavailable)
    )
    return Table(" ".join(["checker rollout", file, *words]), deployment.name, compute(plan))


@shown
def rollout(
    file: str,
    *,
    replicas: int | None = None,
    surge: str | int | None = None,
    unavailable: str | int | None = None,
    ready_after: int | None = READY_AFTER,
) -> Table:
    """The table in a notebook, as `checker rollout` prints it."""
    return table(file, replicas=replicas, surge=surge, unavailable=unavailable, ready_after=ready_after)


def _number(value: str | int | None) -> str | int | None:
    """`"1"` of a command line is 1, `"25%"` stays a text. Raises Misuse for anything else."""
    text = "" if value is None else str(value)
    if text and not text.removesuffix("%").isdigit():
        raise Misuse(f"{text!r} is neither a whole number nor a percentage.", "--surge 1, or --surge 25%")
    return int(text) if text.isdigit() else value


def _deployment(file: str) -> Object:
    path = Path(file)
    if not path.is_file():
        raise Misuse(f"There is no file {file!r} in {str(Path.cwd())!r}.", "ls")
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    try:
        documents = [readers.read_json(file, text)] if file.endswith(".json") else readers.read_documents(file, text)
    except NotYet as unreadable:
        found = unreadable.finding
        raise Misuse(f"{found.where}: {found.seen}.", f"mend {file}") from None
    deployments = [one for one in in_text(file, text, documents) if one.kind == "Deployment"]
    if not deployments:
        raise Misuse(f"{file} holds no Deployment.", "name the file that does")
    refusal = refused(deployments[0])
    if refusal:
        where = deployments[0].where(*refusal.path)
        raise Misuse(f"{where}: Kubernetes {refusal.version} refuses it: {refusal.says}.", f"mend {file}")
    return deployments[0]
