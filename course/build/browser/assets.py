"""What the page of exercise 1 loads: Pyodide from npm, one wheel from PyPI, and everything else from this clone.

Nothing of it is committed. `make browser` fetches the two parts into build/browser; from then on `make site` lays
them beside its pages, with the packages of this environment, the checker and the exercise as they are now.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath

from course.build.npm import NotToBeHad, packed

PYODIDE = "314.0.7"
# Of the archive that npm packs; of the wheel the hash stands in the lock.
PYODIDE_SHA256 = "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
WHEEL, LOCK = "pydantic-core", "requirements/serve.txt"
PYTHON, PLATFORM = "3.14", "pyemscripten_2026_0_wasm32"
# Pure Python, so the files of this environment are the ones that a browser needs, in the versions of the lock.
PACKAGES = (
    "annotated-doc", "annotated-types", "anyio", "fastapi", "fastapi-offline", "idna", "iniconfig", "opentelemetry-api",
    "packaging", "pluggy", "pydantic", "pygments", "pytest", "pyyaml", "starlette", "typing-extensions",
    "typing-inspection",
)  # fmt: skip
# Pytest colors with two of Pygments' languages; the others are most of its size.
LANGUAGES = {"__init__.py", "_mapping.py", "diff.py", "python.py"}
SLUG = "01_prediction_endpoint"
SETTINGS = '[tool.checker]\nexercises = "exercises"\nwork = "work"\n'
# Below build/.
CACHE = "browser"
# Below the site's assets; the page's scripts look here.
FOLDER = PurePosixPath("assets/python")
ARCHIVE, LISTED = "course.zip", "listed.json"
# Named so that a worker takes it for packages that all may use, not for a clone.
PACKED = "site-packages"


def fetch(root: Path, cache: Path) -> None:
    """Fetch what is not there yet. Raises NotToBeHad."""
    cache.mkdir(parents=True, exist_ok=True)
    if not all((cache / name).is_file() for name in RUNTIME):
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _runtime(packed("pyodide", PYODIDE, Path(folder)), cache)
    if _wheel(cache) is None:
        _fetch_wheel(root, cache)


def fetched(cache: Path) -> bool:
    """Whether both parts from elsewhere are there."""
    return all((cache / name).is_file() for name in RUNTIME) and _wheel(cache) is not None


def lay(root: Path, cache: Path, html: Path) -> int:
    """Put everything beside the built pages; how many bytes that is."""
    folder = html / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in RUNTIME:
        shutil.copyfile(cache / name, folder / name)
    write_archive(root, _wheel(cache), folder / ARCHIVE)
    size = sum(path.stat().st_size for path in folder.iterdir())
    (folder / LISTED).write_text(json.dumps({"bytes": size}), encoding="utf-8")
    return size


def write_archive(root: Path, wheel: Path | None, path: Path) -> None:
    """Packages, checker and exercise in one archive, as they lie in the page's file system."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_packages(root), *_course(root)):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        if wheel is not None:
            with zipfile.ZipFile(wheel) as opened:
                for name in opened.namelist():
                    archive.writestr(zipfile.ZipInfo(f"{PACKED}/{name}"), opened.read(name), zipfile.ZIP_DEFLATED)


def _packages(root: Path) -> Iterator[tuple[str, bytes]]:
    for package in PACKAGES:
        found = distribution(package)
        for name in map(str, found.files or ()):
            if _needed(PurePosixPath(name)):
                yield f"{PACKED}/{name}", Path(str(found.locate_file(name))).read_bytes()
    for path in sorted((root / "checker").rglob("*")):
        below = path.relative_to(root)
        if path.suffix in {".py", ".ini", ".json"} and "tests" not in below.parts:
            yield f"{PACKED}/{below.as_posix()}", path.read_bytes()
    here = Path(__file__).parent
    yield f"{PACKED}/desk.py", (here / "desk.py").read_bytes()
    yield f"{PACKED}/numpy.py", (here / "numpy_stand_in.py").read_bytes()


def _needed(path: PurePosixPath) -> bool:
    if ".." in path.parts or "__pycache__" in path.parts or path.suffix in {".so", ".pyd"}:
        return False
    return path.parts[:2] != ("pygments", "lexers") or path.name in LANGUAGES


def _course(root: Path) -> Iterator[tuple[str, bytes]]:
    """The exercise as a trainee has it: its checks and its starter, no answer."""
    folder = root / "exercises" / SLUG
    yield "course/pyproject.toml", SETTINGS.encode()
    for part in ("exercise.toml", "checks/*.*", "starter/*.*"):
        for path in sorted(folder.glob(part)):
            yield f"course/{path.relative_to(root).as_posix()}", path.read_bytes()


def _runtime(archive: Path, cache: Path) -> None:
    if hashlib.sha256(archive.read_bytes()).hexdigest() != PYODIDE_SHA256:
        raise NotToBeHad(f"pyodide {PYODIDE} is not the archive that this course knows; nothing of it was used.")
    with tarfile.open(archive) as opened:
        for name in RUNTIME:
            member = opened.extractfile(f"package/{name}")
            assert member is not None
            (cache / name).write_bytes(member.read())


def locked(text: str, package: str) -> str:
    """The lines of one package in a lock: its version and the hashes of its files."""
    lines = text.splitlines(keepends=True)
    first = next(place for place, line in enumerate(lines) if line.startswith(f"{package}=="))
    after = (place for place in range(first + 1, len(lines)) if not lines[place].startswith(" "))
    return "".join(lines[first : next(after, len(lines))])


def _fetch_wheel(root: Path, cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(locked((root / LOCK).read_text(encoding="utf-8"), WHEEL), encoding="utf-8")
        argv = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        argv += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(wanted), "-d", str(cache)]
        try:
            subprocess.run([*argv, "--platform", PLATFORM, "--python-version", PYTHON], check=True, timeout=300)
        except (subprocess.SubprocessError, OSError) as error:
            raise NotToBeHad(f"pip could not fetch {WHEEL} for the browser: {error}.") from None


def _wheel(cache: Path) -> Path | None:
    return next(iter(sorted(cache.glob(f"{WHEEL.replace('-', '_')}-*{PLATFORM}.whl"))), None)
