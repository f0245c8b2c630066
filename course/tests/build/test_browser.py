"""What the page of exercise 1 is made of, without a browser: the archive, the stand-in, the desk."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import numpy
import pytest
from packaging.requirements import Requirement

from course.build.browser import assets, numpy_stand_in
from course.build.npm import NotToBeHad
from course.build.site.browser import PATH
from course.build.site.plan import plan
from course.outline import load
from course.start.places import this_clone

ROOT = this_clone().root
BROWSER = {
    "python_version": "3.14", "python_full_version": "3.14.2", "sys_platform": "emscripten",
    "platform_system": "Emscripten", "extra": "",
}  # fmt: skip


def test_every_package_that_the_packages_need_is_listed():
    listed = {*assets.PACKAGES, assets.WHEEL}
    wanted = (Requirement(line) for name in listed for line in requires(name) or ())
    needed = {
        one.name.lower().replace("_", "-") for one in wanted if one.marker is None or one.marker.evaluate(BROWSER)
    }

    assert needed <= listed


@pytest.mark.slow
def test_the_archive_holds_checks_and_starter_and_no_answer(tmp_path):
    assets.write_archive(ROOT, None, tmp_path / "course.zip")

    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        names = archive.namelist()
        folder = f"course/exercises/{assets.SLUG}"
        checks = archive.read(f"{folder}/checks/test_{assets.SLUG}.py")
    assert checks == (ROOT / "exercises" / assets.SLUG / "checks" / f"test_{assets.SLUG}.py").read_bytes()
    assert f"{folder}/starter/app.py" in names
    assert {"site-packages/desk.py", "site-packages/numpy.py", "site-packages/checker/grade.py"} <= set(names)
    assert [name for name in names if re.search(r"/(solution|wrong|right|tests)/", name) and "checker" in name] == []
    assert not any(name.startswith(f"{folder}/{part}") for part in ("solution", "wrong", "right") for name in names)


@pytest.mark.slow
def test_a_report_brings_three_folded_hints_for_the_first_row_that_is_lost(tmp_path):
    for name, content in assets._course(ROOT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    # In a process of its own: the page's Python has one exercise and one thread.
    code = "import sys; from course.build.browser.desk import Desk; print(Desk(sys.argv[1], '1', 5).ask(sys.argv[2]))"
    asked = json.dumps({"do": "check", "task": 1, "files": {}})

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "course"), asked], cwd=ROOT, capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip

    shown = json.loads(done.stdout)["html"]
    lost = re.search(r'<th scope="row" class="lost">[^<]+</th><td>([^<]+)<', shown)
    assert lost and f"Three hints for:</strong> {lost[1]}" in shown.replace("Stuck? ", "")
    assert re.findall("<summary>([^<]+)</summary>", shown) == [
        "A nudge",
        "Where to look",
        "The same, in another service",
    ]


def test_the_lines_of_one_package_of_a_lock():
    text = "a==1 \\\n    --hash=sha256:1\npydantic-core==2 \\\n    --hash=sha256:2\n    # via x\nz==3\n"

    assert assets.locked(text, "pydantic-core") == "pydantic-core==2 \\\n    --hash=sha256:2\n    # via x\n"


def test_a_pyodide_that_is_not_the_known_one_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "other.tgz").write_bytes(b"other")
    monkeypatch.setattr(assets, "packed", lambda *_: tmp_path / "other.tgz")

    with pytest.raises(NotToBeHad) as refused:
        assets.fetch(ROOT, tmp_path / "cache")

    assert str(refused.value) == (
        f"pyodide {assets.PYODIDE} is not the archive that this course knows; nothing of it was used."
    )
    assert not assets.fetched(tmp_path / "cache")


@pytest.mark.slow
def test_the_page_has_the_starter_to_read():
    page = str(plan(ROOT, load()).pages[Path(PATH)])

    assert page.count("<textarea data-file=") == 6
    assert "TODO 1: numbers are numbers" in page


@pytest.mark.parametrize(
    "told",
    [
        lambda n: float(n.float32(0.85)), lambda n: repr(n.float32(0.85)), lambda n: str(n.float32(1)),
        lambda n: f"{n.float32(0.123046875)}", lambda n: bool(n.float32(0.5) >= 0.5),
        lambda n: int(n.float32(0.7) > 0.5), lambda n: float(n.float32(0.7) * 2), lambda n: float(1 - n.float32(0.7)),
        lambda n: float(round(n.float32(0.876), 2)), lambda n: n.float32(0.5).item(),
        lambda n: isinstance(n.float32(1), float), lambda n: repr(n.float32(1) > 2),
        lambda n: isinstance(n.float32(0.5) >= 0.5, bool),
    ],
)  # fmt: skip
def test_the_stand_in_answers_as_numpy_does(told):
    assert told(numpy_stand_in) == told(numpy)


@pytest.mark.parametrize("refused", [json.dumps, dict, range])
def test_the_stand_in_is_refused_in_numpys_words(refused):
    said = []
    for module in (numpy, numpy_stand_in):
        with pytest.raises(TypeError) as error:
            refused(module.float32(0.5))
        said.append(str(error.value))

    assert said[0].replace("type float32", "type numpy.float32") == said[1]
