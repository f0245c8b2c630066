"""The data and the model: made when missing or stale, left alone when fresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.start import stamps
from course.start.console import Console, Step, Trouble
from course.start.logged import alone, run
from course.start.places import Places


@dataclass(frozen=True)
class Product:
    """Something `python -m course VERB` writes into a folder of build/."""

    verb: str
    name: str
    folder: str
    sources: Callable[[Places], str]

    def stamp(self, places: Places) -> Path:
        return places.build / "stamps" / f"{self.verb}.json"

    def made(self, places: Places) -> Path:
        return places.build / self.folder


def training_digest(places: Places, *more: str) -> str:
    """Of everything that decides what data and model look like."""
    sources = stamps.python_files(places.root / "course" / "training")
    return stamps.digest([*sources, places.root / "requirements" / "dev.txt"], *more)


def _of_model(places: Places) -> str:
    data = stamps.outputs_of(places.build / "data")
    return training_digest(places, *(f"{name}={value}" for name, value in sorted(data.items())))


DATA = Product("data", "data", "data", training_digest)
MODEL = Product("train", "model", "model", _of_model)


def ensure(product: Product, places: Places, console: Console) -> None:
    with (
        console.step(product.name, "looking") as step,
        alone(places.build / f"{product.verb}.lock", step),
    ):
        if product is DATA and _brought_along(product.made(places)):
            step.done(f"{places.named(product.made(places))}, your own, kept")
        elif stamps.fresh(product.stamp(places), product.sources(places), product.made(places)):
            step.done(f"{places.named(product.made(places))}, fresh")
        else:
            step.doing(f"python -m course {product.verb}")
            _make(product, places, step, ())
            step.done(f"{places.named(product.made(places))}, made")


def make(product: Product, places: Places, console: Console, arguments: Sequence[str]) -> None:
    """Make it whether fresh or not: somebody asked for it by name."""
    with console.step(product.name, f"python -m course {product.verb}") as step:
        _make(product, places, step, arguments)
        step.done(f"python -m course {' '.join([product.verb, *arguments])}")


def _brought_along(folder: Path) -> bool:
    """Whether the real data set was put there by hand; the generator's own carries a mark."""
    return (folder / "u.data").exists() and not (folder / "SYNTHETIC").exists()


def _make(product: Product, places: Places, step: Step, arguments: Sequence[str]) -> None:
    product.stamp(places).unlink(missing_ok=True)
    done = run(
        [places.python, "-m", "course", product.verb, *arguments],
        step,
        log=places.logs / f"{product.verb}.log",
        cwd=places.root,
        env=places.surroundings(),
    )
    if done.code != 0:
        raise Trouble(
            f"python -m course {product.verb} ended with exit code {done.code}:\n{done.tail}",
            f".venv/bin/python -m course {product.verb}; the whole log is {places.named(done.log)}",
        )
    made = stamps.Stamp(product.sources(places), stamps.outputs_of(product.made(places)), " ".join(arguments))
    stamps.write(product.stamp(places), made)
