"""`make lock`: the hash-locked requirement files, made by uv, without the name of any package host."""

from __future__ import annotations

from pathlib import Path

from course.start import environment
from course.start.console import Console, Trouble
from course.start.logged import run
from course.start.places import Places

SERVICE = "course/service/pyproject.toml"

# The order matters: learn, serve and moto are held to what dev resolved to, so that they agree.
# What speaks as or to AWS has an environment of its own, since each asks for another boto3 than the rest.
COMMANDS = {
    "requirements/dev.txt": ("--group", "dev", "pyproject.toml", SERVICE),
    "requirements/learn.txt": ("--group", "learn", "pyproject.toml", SERVICE, "-c", "requirements/dev.txt"),
    "requirements/serve.txt": (SERVICE, "-c", "requirements/dev.txt"),
    "course/engines/locks/moto.txt": ("--group", "moto", "-c", "requirements/dev.txt"),
    "course/engines/locks/ministack.txt": ("--group", "ministack"),
    "course/engines/locks/aws.txt": ("--group", "aws"),
}
COMMON = (
    "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "-q",
)  # fmt: skip


def lock(places: Places, console: Console, arguments: list[str]) -> int:
    """Write all of them; `--upgrade` takes newer versions, without it only what must change does."""
    environment.ensure(places, console)
    for name, words in COMMANDS.items():
        with console.step(Path(name).name, "resolving") as step:
            done = run(
                [places.program("uv"), "pip", "compile", *words, *COMMON, *arguments, "-o", name],
                step,
                log=places.logs / "lock.log",
                cwd=places.root,
                env=places.surroundings(),
            )
            if done.code != 0:
                raise Trouble(
                    f"{name} could not be resolved:\n{done.tail}",
                    f"mend the versions in pyproject.toml; all that was said: {places.named(done.log)}",
                    code=1,
                )
            refuse_addresses(places.root / name, places)
            pins = sum("==" in line for line in (places.root / name).read_text().splitlines())
            step.done(f"{pins} packages")
    return 0


def refuse_addresses(path: Path, places: Places) -> None:
    """A lock that names a host would send everybody to that host."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if "://" in line:
            raise Trouble(
                f"{places.named(path)} line {number} names a host: {line.strip()!r}.",
                "unset UV_INDEX and its like, keep addresses out of pyproject.toml, then make lock.",
                code=1,
            )
