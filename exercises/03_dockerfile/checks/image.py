"""What this exercise asks of a Dockerfile, as facts: how the app starts, which packages it finds, what it lacks."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checker.dockerfile import Context, Dockerfile, Stage
from checker.dockerfile.installs import Install, apt_packages, installs, ran
from checker.dockerfile.places import Place, places
from checker.dockerfile.process import Process, process
from checker.dockerfile.tree import Files, files_of
from checker.errors import NotYet

PORT = 8000
PYTHON = re.compile(r"python3?(\.\d+)?$")
# What a tag of a Python image says: 3.11, 3.11.9, 3.11-slim, python3.11-bookworm-slim.
VERSION = re.compile(r"^(?:python)?(\d+)\.(\d+)(?:\.\d+)?(?:$|-)")
# What follows the version in the tags of Docker's official image.
FLAVOR = re.compile(r"[\d.]+(-slim)?(-(bullseye|bookworm|trixie)|-alpine[\d.]*)?$")


@dataclass(frozen=True)
class Base:
    """An image that is begun from, or copied from: its name without tag and digest, the tag, the line."""

    name: str
    tag: str
    digest: str
    line: int

    @property
    def whole(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest[:14]}…" if self.digest else "")

    @property
    def is_python(self) -> bool:
        return "python" in self.name.rpartition("/")[2] or self.tag.startswith("python")

    @property
    def python(self) -> tuple[int, int] | None:
        """The version that the tag names, or None where it leaves it open."""
        found = VERSION.match(self.tag)
        return (int(found[1]), int(found[2])) if found and self.is_python else None

    @property
    def unknown_tag(self) -> bool:
        """Whether Docker's official image has no such tag."""
        official = self.name in ("python", "docker.io/python", "library/python", "docker.io/library/python")
        return official and bool(self.tag) and not FLAVOR.match(self.tag)

    @property
    def alpine(self) -> bool:
        """Whether its C library is musl."""
        return "alpine" in self.name or "alpine" in self.tag

    @property
    def full(self) -> bool:
        """The large image, with compilers, git and headers."""
        return self.is_python and not re.search(r"slim|alpine|distroless", f"{self.name} {self.tag}")


def base_of(image: str, line: int) -> Base:
    name, _, digest = image.partition("@")
    path, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return Base(path + slash + last, tag, digest, line)


@dataclass(frozen=True)
class Image:
    """The last stage of a Dockerfile, over the context that it is built from."""

    dockerfile: Dockerfile
    context: Context
    submission: Any

    @property
    def last(self) -> Stage:
        return self.dockerfile.last

    @property
    def base(self) -> Base:
        first = self.last.lineage[0]
        return base_of(first.image, first.source.line)

    @cached_property
    def files(self) -> Files:
        return files_of(self.dockerfile, self.last, self.context)

    @cached_property
    def places(self) -> list[Place]:
        """Where packages lie in the last stage; wheels are no packages yet."""
        return [one for one in places(self.dockerfile, self.last) if one.install.kind != "wheels"]

    @cached_property
    def installs(self) -> list[Install]:
        """Every install that a build runs, stage by stage, each once."""
        found: dict[tuple[int, int], Install] = {}
        for stage in self.dockerfile.needed:
            for one in installs(stage):
                found.setdefault((id(one.ran.instruction), one.ran.number), one)
        return list(found.values())

    @cached_property
    def apt(self) -> list[str]:
        return [name for name, _ in apt_packages(self.last)]

    @cached_property
    def process(self) -> Process | None:
        """The program that serves; None where the image starts nothing of this file's."""
        command = self.last.process
        if command is None:
            return None
        return process(command, self.last.state.visible, lambda words: bool(self.server_of(words)), self.text_of)

    def text_of(self, path: str) -> str | None:
        """The text of a script in the image that came from the context or from the Dockerfile itself."""
        origin = self.files.get(self.last.state.path(path), "")
        if origin.startswith("<<"):
            texts = [text for one, _ in self.last.walk() for text in one.heredocs if text.name == origin[2:]]
            return texts[-1].text if texts else None
        if not origin or origin not in self.submission.files("*.sh"):
            return None
        try:
            text: str = self.submission.text(origin)
        except NotYet:
            return None
        return text

    # -- how the app is started -----------------------------------------------------------------------------------
    @cached_property
    def server(self) -> Server | None:
        """How the app is started; None for a command that starts something else."""
        return self.server_of(self.process.words) if self.process else None

    def server_of(self, command: tuple[str, ...]) -> Server | None:
        """How these words start the app; None where they start something else."""
        words, here = list(command), self.last.state.workdir
        program = words[0].rpartition("/")[2] if words else ""
        if PYTHON.match(program):
            words, module = _behind_python(words)
            if not module and words and words[0].endswith(".py"):
                path = self.last.state.path(words[0])
                return Server("script", path, "0.0.0.0", str(PORT)) if path.endswith("/app.py") else None
            if module != "uvicorn":
                return None
        elif program != "uvicorn":
            return None
        else:
            words = words[1:]
        return _uvicorn(words, here, self.last.state.visible)

    @property
    def problem_of_packages(self) -> tuple[str, int]:
        """Why the started Python finds no package, and on which line; "" where it finds them."""
        if not self.places:
            return "no package reaches the last stage", self.last.source.line
        problems = [self._problem(one) for one in self.places]
        return next((one for one in problems if not one[0]), problems[-1])

    def _problem(self, place: Place) -> tuple[str, int]:
        install, line = place.install, place.install.ran.instruction.line
        made = base_of(install.ran.stage.base, 0).python
        runs = self.base.python
        if made and runs and made != runs:
            return f"the packages are for Python {_dotted(made)}, and the image runs {_dotted(runs)}", line
        if place.path.startswith("/root/") and not self.is_root:
            return f"the packages lie in {place.path}, which is closed to all but root", line
        builder, ships = base_of(install.ran.stage.base, 0), self.base
        if builder.alpine != ships.alpine:
            other = {True: "musl, of Alpine", False: "glibc, of Debian"}
            both = f"the C library {other[builder.alpine]}, and the image has {other[ships.alpine]}"
            return f"the packages are made for {both}", line
        path = self.last.state.visible["PATH"].split(":")
        libraries = self.last.state.visible.get("PYTHONPATH", "").split(":")
        return self._found(place, path, libraries), self.process.line if self.process else line

    def _found(self, place: Place, path: list[str], libraries: list[str]) -> str:
        first = self.process.words[0] if self.process else ""
        bare = "/" not in first
        on_path = f"{place.path}/bin" in [one.rstrip("/") for one in path]
        match place.install.kind:
            case "venv":
                if place.path != place.install.path:
                    return f"the programs of the venv point to {place.install.path}, and it lies in {place.path}"
                inside = first.startswith(f"{place.path}/bin/") or (bare and on_path)
                return "" if inside else self._elsewhere(first, place)
            case "target":
                beside = posixpath.dirname(self.server.path) if self.server and self.server.kind == "script" else ""
                seen = place.path in libraries or "/site-packages" in place.path or place.path == beside
                return self._with_program(place, seen, on_path=on_path)
            case "prefix":
                seen = place.path == "/usr/local" or any(
                    one.startswith(f"{place.path}/lib/python") for one in libraries
                )
                on_path = on_path or place.path == "/usr/local"
                return self._with_program(place, seen, on_path=on_path)
            case "user":
                return self._with_program(place, True, on_path=on_path)
        known = place.path.startswith("/usr/local")
        return self._with_program(place, known, on_path=True)

    @staticmethod
    def _elsewhere(first: str, place: Place) -> str:
        """Which program the command finds instead of that of the virtual environment."""
        if "/" in first:
            return f"the command starts {first}, and the packages are in {place.path}"
        if PYTHON.match(first):
            return f"PATH leads the command to the image's own {first}, and the packages are in {place.path}"
        return f"no folder of PATH holds {first}, which is in {place.path}/bin"

    def _with_program(self, place: Place, seen: bool, *, on_path: bool) -> str:
        if not seen:
            return f"Python does not look into {place.path}, where the packages are"
        first = self.process.words[0] if self.process else ""
        if PYTHON.match(first.rpartition("/")[2]):
            return ""
        if not place.scripts:
            name = first.rpartition("/")[2]
            return f"there is no {name}: the packages came along, and {place.install.path}/bin/{name} did not"
        inside = on_path if "/" not in first else first.startswith(f"{place.path}/bin/")
        return "" if inside else self._elsewhere(first, place)

    @property
    def is_root(self) -> bool:
        name = self.last.state.user.partition(":")[0]
        return name in ("", "root") or (name.isdigit() and int(name) == 0) or bool(self.made_root)

    @property
    def made_root(self) -> int:
        """The line that makes the app's user as another name of root, with uid 0; 0 for none."""
        name = self.last.state.user.partition(":")[0]
        lines = [one.instruction.line for one in ran(self.last) if name and _makes_root(one.command, name)]
        return lines[-1] if lines else 0


@dataclass(frozen=True)
class Server:
    """How the app is started: the script or uvicorn, the app's file, the address that it listens on."""

    kind: str
    path: str
    host: str
    port: str


def _makes_root(command: Any, name: str) -> bool:
    """`useradd -o -u 0 app`, in any of its forms."""
    text = " ".join(command.words)
    return (
        command.program in ("useradd", "adduser")
        and name in command.words
        and bool(re.search(r" (-[a-zA-Z]*u ?|--uid[ =])0+( |$)", text))
    )


def _behind_python(words: list[str]) -> tuple[list[str], str]:
    """What follows `python` and its switches, and the module of `-m`."""
    rest = words[1:]
    while rest and rest[0].startswith("-") and rest[0] not in ("-m", "-c"):
        rest = rest[2:] if rest[0] in ("-W", "-X") else rest[1:]
    if rest[:1] == ["-m"]:
        return rest[2:], rest[1] if len(rest) > 1 else ""
    return rest, ""


def _uvicorn(words: list[str], here: str, env: dict[str, str]) -> Server | None:
    values = {"--host": env.get("UVICORN_HOST", "127.0.0.1"), "--port": env.get("UVICORN_PORT", str(PORT))}
    values["--app-dir"] = here
    names = []
    skip = False
    for place, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if skip:
            skip = False
        elif word.startswith("-"):
            takes = flag not in FLAGS and not equals
            values[flag] = value if equals else words[place + 1] if takes and place + 1 < len(words) else ""
            skip = takes
        else:
            names.append(word)
    if names[:1] not in (["app:app"], ["app"]):
        return None
    folder = posixpath.normpath(posixpath.join(here, values["--app-dir"]))
    return Server("uvicorn", posixpath.join(folder, "app.py"), values["--host"], values["--port"])


FLAGS = frozenset({
    "--reload", "--access-log", "--no-access-log", "--proxy-headers", "--no-proxy-headers", "--use-colors",
    "--no-use-colors", "--server-header", "--no-server-header", "--date-header", "--no-date-header",
    "--factory",
})  # fmt: skip


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
