"""The process that runs a trainee's code. It answers questions; it never decides anything.

One JSON object per line comes in, one goes out. What stands here runs beside untrusted code: whatever it says is
treated by the trusted side as the word of a stranger.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
import traceback
from asyncio import AbstractEventLoop, new_event_loop
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, BinaryIO

from checker.asgi import Client, StartUpFailed

OURS = ("checker", "course", "movie_service")


class Hidden(MetaPathFinder):
    """Refuses to import what a submission may not lean on."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        top = name.partition(".")[0]
        if top in OURS and not any(self._covers(allowed, name) for allowed in self.allowed):
            raise ImportError(f"{name} is not available to the files of this exercise", name=name)

    @staticmethod
    def _covers(allowed: str, name: str) -> bool:
        # The parents of an allowed module are imported on the way to it.
        return name == allowed or name.startswith(f"{allowed}.") or allowed.startswith(f"{name}.")


class Worker:
    """Answers one question after the other about the code in the current folder."""

    def __init__(self, app: str, new_loop: Callable[[], AbstractEventLoop] = new_event_loop) -> None:
        self.app, self.new_loop = app, new_loop
        self.kept: list[Any] = []
        self.client: Client | None = None

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            operation: Callable[..., Any] = getattr(self, f"do_{question.pop('op')}")
            return {"ok": operation(**question)}
        except BaseException as error:
            return {"error": describe(error)}

    def do_call(self, target: str, handle: int | None, args: list[Any], kwargs: dict[str, Any], keep: bool) -> Any:
        function = self._find(target, handle)
        result = function(*map(self._unwrap, args), **{k: self._unwrap(v) for k, v in kwargs.items()})
        if not keep:
            return encode(result)
        self.kept.append(result)
        return len(self.kept) - 1

    def do_get(self, target: str, handle: int | None) -> Any:
        return encode(self._find(target, handle))

    def do_http(self, request: dict[str, Any]) -> Any:
        if self.client is None:
            # What fails here failed before a request was sent: the caller is told which of the two it was.
            self.client = Client(self._find(self.app.replace(":", "."), None), self.new_loop())
        answer = self.client.send(request)
        raised = answer.pop("raised")
        return answer | {"error": describe(raised) if raised else None}

    def _find(self, target: str, handle: int | None) -> Any:
        if handle is not None:
            return self._attribute(self.kept[handle], target, "the result")
        module, _, name = target.rpartition(".")
        return self._attribute(importlib.import_module(module), name, f"{module}.py")

    @staticmethod
    def _attribute(owner: Any, name: str, where: str) -> Any:
        try:
            return getattr(owner, name)
        except AttributeError:
            raise NoName(where, name) from None

    def _unwrap(self, value: Any) -> Any:
        return self.kept[value["$handle"]] if isinstance(value, dict) and set(value) == {"$handle"} else value


class NoName(Exception):
    """The module or object has no such attribute."""


class NotAnAnswer(Exception):
    """A value that cannot travel as JSON."""


def encode(value: Any) -> Any:
    """Make a value JSON: numpy scalars become numbers, numpy arrays keep dtype and shape."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: encode(item) for key, item in value.items()}
    if hasattr(value, "tolist") and hasattr(value, "dtype") and hasattr(value, "shape"):
        if value.shape == ():
            return value.item()
        return {"$array": {"dtype": str(value.dtype), "shape": list(value.shape), "data": value.ravel().tolist()}}
    if hasattr(value, "model_dump"):
        return encode(value.model_dump())
    raise NotAnAnswer(type(value).__name__)


def describe(error: BaseException) -> dict[str, Any]:
    """Type, message and the last line of the submission's own files that the exception passed through."""
    here = Path.cwd().resolve()
    where = ""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        # The file that cannot be read, not the one that imports it.
        where = f"{Path(error.filename).name}:{error.lineno}"
        places.append((error.filename, error.lineno))
    for name, line in places:
        path = Path(name)
        if path.is_absolute() and here in path.resolve().parents:
            where = f"{path.resolve().relative_to(here).as_posix()}:{line}"
    message = str(error.msg) if isinstance(error, SyntaxError) else str(error)
    kind = type(error).__name__
    if isinstance(error, StartUpFailed):
        return {"type": kind, "message": message[:500], "where": error.where, "name": None}
    if isinstance(error, NoName):
        return {"type": kind, "message": message[:500], "where": error.args[0], "name": error.args[1]}
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    return {"type": kind, "message": message[:500], "where": where, "name": missing}


def serve(socket_path: str, app: str, say: Callable[[dict[str, Any]], None]) -> None:
    """Run the app with uvicorn on a private unix socket until the process is ended."""
    import uvicorn

    try:
        worker = Worker(app)
        config = uvicorn.Config(worker._find(app.replace(":", "."), None), uds=socket_path, log_level="warning")
    except BaseException as error:
        say({"error": describe(error)})
        raise

    class Told(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            say({"ok": "started"} if self.started else {"error": {"type": "", "message": "", "where": ""}})

    Told(config).run()


def run_script(script: str, args: list[str], say: Callable[[dict[str, Any]], None]) -> None:
    """Run a script as `python script.py …` would, and say its exit code."""
    sys.argv = [script, *args]
    code: Any = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    say({"ok": int(code or 0)})


def prepare(folder: str, env: dict[str, str], allowed: tuple[str, ...], ours: Sequence[str]) -> None:
    """Make this process look like a fresh `python` started in `folder`, without what is hidden."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.dont_write_bytecode = True
    sys.path[:] = [folder, *(entry for entry in sys.path if entry not in ("", folder, clone_of(Path(__file__))))]
    # A module that is loaded already would be found before Hidden is asked. Functions keep their globals.
    for name in ours:
        del sys.modules[name]
    sys.meta_path.insert(0, Hidden(allowed))


def clone_of(module: Path) -> str:
    """The clone that a module of ours is imported from; "" where it is installed, beside packages that all may use."""
    root = module.resolve().parents[1]
    return "" if root.name in ("site-packages", "dist-packages") else str(root)


def loaded_of_ours() -> list[str]:
    """Names of the modules that a submission must not find.

    The fork server asks once: reading all names makes a fork copy the 500 memory pages that they are spread over.
    """
    return [name for name in sys.modules if name.partition(".")[0] in OURS]


def questions(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    for line in stream:
        yield json.loads(line)


def main(read: BinaryIO, write: int, start: dict[str, Any], ours: Sequence[str]) -> None:
    """Set the process up as `start` says, then serve, run a script, or answer questions until the end."""

    def say(answer: dict[str, Any]) -> None:
        # allow_nan: NaN is a value that a model may return, and both ends are Python.
        data = json.dumps(answer, default=str).encode() + b"\n"
        while data:
            data = data[os.write(write, data) :]

    prepare(start["folder"], start["env"], tuple(start["allowed"]), ours)
    if start["mode"] == "serve":
        serve(start["socket"], start["app"], say)
    elif start["mode"] == "run":
        run_script(start["script"], start["args"], say)
    else:
        worker = Worker(start["app"])
        for question in questions(read):
            say(worker.answer(question))
