"""Hostile ways to hand in the starter of an exercise: none of them may earn a point, or touch another's.

The corpus of attacks on the sandbox is checker/tests/hostile; these go for the class around it.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path


def _others_by_link(place: Path) -> None:
    """Each file is a link to that of everybody's neighbor, who may have solved it."""
    neighbor = sorted(one for one in place.parent.iterdir() if one != place and one.is_dir())[0]
    for path in [path for path in place.rglob("*") if path.is_file()]:
        path.unlink()
        path.symlink_to(neighbor / path.relative_to(place))


def _out_of_the_zip(place: Path) -> None:
    """Beside the work, files for the folders of all others and for the gradebook."""
    others = [one.name for one in place.parent.iterdir() if one != place]
    with zipfile.ZipFile(f"{place}.zip", "w") as made:
        for path in sorted(place.rglob("*")):
            made.write(path, path.relative_to(place.parent).as_posix())
            if path.is_file():
                for other in others:
                    made.writestr(f"../{other}/{path.relative_to(place).as_posix()}", "")
        made.writestr("../../gradebook.csv", "id,name\n")
    shutil.rmtree(place)


def _checks_of_its_own(place: Path) -> None:
    """What a grader that runs pytest in the folder would load, and results to be found there."""
    for folder in [one for one in place.iterdir() if one.is_dir()]:
        (folder / "conftest.py").write_text(
            "def pytest_runtest_makereport(item, call):\n    raise SystemExit(0)\n", encoding="utf-8"
        )
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n", encoding="utf-8")
        (folder / "sitecustomize.py").write_text("import os\nos._exit(0)\n", encoding="utf-8")
        forged = {"result": {"status": "graded", "score": 100, "max": 1, "exercise": folder.name}}
        for name in (f"{folder.name}.json", "results.json", "class.json"):
            (folder / name).write_text(json.dumps(forged), encoding="utf-8")


def _bombs(place: Path) -> None:
    """Ten names for ten of the one before, ten levels deep, in every YAML file."""
    lines = ["a0: &a0 lol"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)]
    for path in [path for path in place.rglob("*") if path.suffix in (".yaml", ".yml")]:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _name_that_is_code(place: Path) -> None:
    place.rename(place.with_name(f"=cmd|' C calc'!A0 <script>alert(1)<script> {place.name}"))


HOSTILE: tuple[Callable[[Path], None], ...] = (
    _others_by_link, _out_of_the_zip, _checks_of_its_own, _bombs, _name_that_is_code,
)  # fmt: skip
