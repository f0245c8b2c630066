"""The pause image, written as `docker save` would: one layer with one program, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

TAG = "course/pause:1"


def write_image(program: Path, path: Path) -> None:
    layer = _tar({"pause": (program.read_bytes(), 0o755)})
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps({
        "architecture": _architecture(program), "os": "linux", "config": {"Entrypoint": ["/pause"], "User": "65535"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }).encode()  # fmt: skip
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = json.dumps([{"Config": name, "RepoTags": [TAG], "Layers": ["layer.tar"]}]).encode()
    path.write_bytes(_tar({name: (config, 0o644), "layer.tar": (layer, 0o644), "manifest.json": (manifest, 0o644)}))


def _tar(files: dict[str, tuple[bytes, int]]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for name, (content, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return whole.getvalue()


def _architecture(program: Path) -> str:
    """As Go names it, from the machine field of the program's ELF header."""
    machine = int.from_bytes(program.read_bytes()[18:20], "little")
    return {0x3E: "amd64", 0xB7: "arm64"}.get(machine, "amd64")
