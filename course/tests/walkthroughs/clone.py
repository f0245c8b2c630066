"""A clone of the course for one reader: its files, its environment, its data and its model, and work/ of its own."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

from checker.course import Course, find_course
from checker.law.case import read_case
from checker.law.matrix import TRAINEE_SEED, solution
from checker.observed import observed_answers
from checker.verbs.start import start
from course.start import environment, stamps
from course.start.places import Places
from course.start.products import DATA, MODEL

ROOT = Path(__file__).parents[3]
# Settings of whoever runs the tests that would reach a command of a page.
SETTINGS = ("MOVIE_SERVICE_", "CHECKER_", "COURSE_", "AWS_", "PYTEST_", "MLFLOW_")
# Packages of ours, which are imported from a clone.
OWN = ("__editable__", "course_checker-", "movie_service-")
# At the top of the clone: what nobody commits.
MADE = {".git", ".venv", "build", "work", "drafts"}


class Clone:
    """`root` holds the files as they are committed or about to be."""

    def __init__(self, root: Path, data: Path, model: Path) -> None:
        self.root, self._given = root, {"data": data, "model": model}
        shutil.copytree(ROOT, root, ignore=_left_out, dirs_exist_ok=True)
        self._put_environment()
        self._kept = {path.name for path in root.iterdir()}
        self.reset()

    def _put_environment(self) -> None:
        """A .venv that is complete, so that nothing is installed: the packages of the tests', our own from here."""
        places, theirs = Places(self.root), Path(sys.prefix)
        packages = Path(sysconfig.get_path("purelib")).relative_to(theirs)
        for folder in (Path(), Path("bin"), packages):
            (places.venv / folder).mkdir(parents=True)
        listed = (".pth", ".dist-info")
        own = [one for one in (theirs / packages).iterdir() if one.name.startswith(OWN) or one.suffix in listed]
        for path in (*theirs.iterdir(), *(theirs / "bin").iterdir(), *own):
            self._bring(path, places.venv / path.relative_to(theirs), theirs)
        # The packages stay where they are: a worker may read such folders, and follows no link out of them. The name
        # comes before those of lines that import one of them.
        (places.venv / packages / "_packages.pth").write_text(f"{theirs / packages}\n", encoding="utf-8")
        stamps.write(places.venv / environment.STAMP, stamps.Stamp(environment._sources(places), {}))
        assert environment.complete(places)

    def _bring(self, path: Path, here: Path, theirs: Path) -> None:
        """A link to a program or folder; what names their clone or environment is written anew with ours."""
        # A cache is found by the time and length of its source: those of two clones may be the same.
        if here.exists() or path.name in (environment.STAMP, "bin", "lib", "lib64", "__pycache__"):
            return
        if path.is_dir() and path.name.startswith(OWN):
            shutil.copytree(path, here)
            found = [one for one in here.iterdir() if one.is_file()]
        elif path.is_file() and not path.is_symlink():
            shutil.copy(path, here)
            found = [here]
        else:
            here.symlink_to(path.resolve())
            return
        for one in found:
            text = one.read_bytes()
            for old, new in ((theirs, self.root / ".venv"), (ROOT, self.root)):
                text = text.replace(str(old).encode(), str(new).encode())
            one.write_bytes(text)

    def env(self, home: Path) -> dict[str, str]:
        """What a reader's shell has after `source .venv/bin/activate`, and nothing of ours."""
        kept = {
            name: text for name, text in Places(self.root).surroundings().items() if not name.startswith(SETTINGS)
        }  # fmt: skip
        own = {"HOME": str(home), "TERM": "dumb", "COLUMNS": "120", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
        return kept | own

    @property
    def course(self) -> Course:
        return find_course(self.root)

    def reset(self) -> None:
        """Put the root, work/ and build/ back as `make start` leaves them, without a folder in work/."""
        for path in self.root.iterdir():
            if path.name in self._kept:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        for name in ("work", "build"):
            (self.root / name).mkdir()
        for name, made in self._given.items():
            shutil.copytree(made, self.root / "build" / name)
        places = Places(self.root)
        for product in (DATA, MODEL):
            made = stamps.Stamp(product.sources(places), stamps.outputs_of(product.made(places)))
            stamps.write(product.stamp(places), made)

    def started(self, name: str, *, solved: bool = False, where: Path | None = None) -> Path:
        """The folder of an exercise in work/, as `checker start` makes it, with the solution in it if it is solved."""
        course = self.course
        exercise = course.exercise(name)
        start(course, exercise)
        folder = course.work / exercise.slug
        if solved:
            case = read_case(exercise)
            solution(case, observed_answers(course, exercise, TRAINEE_SEED)).write(folder)
        if where is not None:
            shutil.copytree(folder, where / exercise.slug)
        return folder


def _left_out(folder: str, names: list[str]) -> set[str]:
    caches = {
        name for name in names if (name.startswith(".") and name.endswith("_cache")) or name.endswith(".egg-info")
    }
    return caches | (MADE & set(names) if Path(folder) == ROOT else set())
