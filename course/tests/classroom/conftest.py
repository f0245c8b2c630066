"""A small lock with wheels made here, an index that is a folder, and a classroom made of them by pip itself."""

from __future__ import annotations

import base64
import hashlib
import http.server
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from course.start.places import Places

FAR = "macosx_14_0_arm64" if sys.platform == "linux" else "manylinux_2_17_x86_64"


def wheel(folder: Path, name: str, tag: str = "py3-none-any") -> Path:
    """A wheel with one module that knows its own name."""
    info = f"{name}-1.0.dist-info"
    texts = {
        f"{name}.py": f"NAME = {name!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = [f"{path},sha256={_record(text)},{len(text)}" for path, text in texts.items()]
    texts[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in texts.items():
            archive.writestr(path, text)
    return made


def _record(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock_of(*wheels: Path, markers: dict[str, str] | None = None) -> str:
    """Lines as `make lock` writes them, for wheels by package name."""
    by_name: dict[str, list[Path]] = {}
    for one in wheels:
        by_name.setdefault(one.name.split("-")[0], []).append(one)
    lines = []
    for name, files in by_name.items():
        marker = f" ; {markers[name]}" if markers and name in markers else ""
        lines += [" \\\n    ".join([f"{name}==1.0{marker}", *(f"--hash=sha256:{digest(one)}" for one in files)])]
    return "\n".join(lines) + "\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that pip may ask: a folder."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A clone with this environment's interpreter."""
    root = tmp_path / "clone"
    (root / "requirements").mkdir(parents=True)
    (root / ".venv").symlink_to(sys.prefix)
    return Places(root)


class Trap:
    """A server on loopback, named to pip and uv as index and proxy, that remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        trap = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.asked.append(self.path)
                self.send_error(404)

            do_POST = do_CONNECT = do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def settings(self) -> dict[str, str]:
        names = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL")
        proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        return dict.fromkeys((*names, *proxies), self.url) | {"no_proxy": "", "NO_PROXY": ""}


@pytest.fixture
def trap():
    """Whatever is not found in the classroom would be asked of this."""
    trap = Trap()
    thread = threading.Thread(target=trap.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield trap
    trap.server.shutdown()
    thread.join()
    trap.server.server_close()
