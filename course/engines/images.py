"""Base images under the tags that briefs name, made from Debian's packages where no registry can be reached."""

from __future__ import annotations

import hashlib
import tempfile
from functools import partial
from pathlib import Path

from course.engines import client, install
from course.engines.found import Say
from course.engines.running import must, output
from course.engines.table import Image, StandIn, images, stand_ins

FIRST = images()[0].tag
LABEL = "course.engines.recipe"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
LEAN = tuple(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale", "info"))
# What python:*-slim has and Debian's package has not: `python`, a folder site-packages, pip without the guard for the
# system's packages, an apt that leaves no caches behind, and the certificates that this machine trusts, or pip could
# not fetch behind a proxy that signs itself. As in python:*-slim, libgomp1 is not there: who needs it installs it.
FINISH = """set -e
if [ -e "$1/usr/bin/pip3" ]; then
    ln -sf /usr/bin/python3 "$1/usr/local/bin/python"
    ln -sf /usr/bin/python3 "$1/usr/local/bin/python3"
    ln -sf /usr/bin/pip3 "$1/usr/local/bin/pip"
    for own in "$1"/usr/local/lib/python3.*; do
        rm -rf "$own/dist-packages" && mkdir -p "$own/site-packages" && ln -s site-packages "$own/dist-packages"
    done
fi
printf '%s\\n' 'Dir::Cache::pkgcache "";' 'Dir::Cache::srcpkgcache "";' \\
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };' \\
    > "$1/etc/apt/apt.conf.d/docker-clean"
rm -rf "$1"/usr/lib/python3*/EXTERNALLY-MANAGED "$1"/var/lib/apt/lists/* "$1"/var/log/* "$1"/var/cache/debconf/*
find "$1/usr" -name __pycache__ -prune -exec rm -rf {} +
"""
CHANGES = (
    "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "ENV LANG=C.UTF-8",
    "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
)  # fmt: skip


def make(say: Say) -> None:
    """Make and load the images that the engine does not have."""
    for image in images():
        program = "python3" if image.tag.startswith("python:") else "bash"
        settings = (*CHANGES, f'CMD ["{program}"]')
        recipe = _digest(*_inputs(image), *settings, image.tag)
        if _made_by(image.tag) == recipe:
            continue
        folder = _root(image, say)
        say(f"loading {image.tag}")
        changes = [word for change in (*settings, f"LABEL {LABEL}={recipe}") for word in ("--change", change)]
        client.ask("import", *changes, str(folder / "root.tar"), image.tag, what=f"loading {image.tag}")
    for stand_in in stand_ins():
        text = _dockerfile(stand_in)
        recipe = _digest(text, _made_by(stand_in.of) or "")
        if _made_by(stand_in.tag) != recipe:
            say(f"making {stand_in.tag}")
            words = ["build", "--tag", stand_in.tag, "--label", f"{LABEL}={recipe}", "-"]
            client.ask(*words, what=f"making {stand_in.tag}", stdin=text.encode())


def parts() -> list[install.Part]:
    """The root folder of each image; those of one suite share it."""
    return [install.Part(install.kept_at("images", _named(one), _inputs(one)), partial(_root, one)) for one in images()]


def _root(image: Image, say: Say) -> Path:
    install.apt("base-images", say=say)
    return install.kept("images", _named(image), _inputs(image), partial(_tar, image), say=say)


def _named(image: Image) -> str:
    return f"{image.suite}-{image.tag.partition(':')[0]}"


def _made_by(tag: str) -> str | None:
    """The recipe that an image was made by; None when it is not there, an empty text when it came from elsewhere."""
    return client.look("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', tag)


def _dockerfile(image: StandIn) -> str:
    packages = " ".join(image.packages)
    install_line = f"apt-get install -y --no-install-recommends {packages}"
    lines = [f"FROM {image.of}", f"RUN apt-get update && {install_line} && rm -rf /var/lib/apt/lists/*", *image.lines]
    return "\n".join([*lines, ""])


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _inputs(image: Image) -> tuple[str, ...]:
    certificates = hashlib.sha256(AUTHORITIES.read_bytes()).hexdigest() if AUTHORITIES.is_file() else ""
    return (image.suite, *image.packages, FINISH, *LEAN, certificates)


def _tar(image: Image, folder: Path) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".sh", prefix="finish-") as finish:
        finish.write("#!/bin/sh\n" + FINISH)
        if AUTHORITIES.is_file():
            finish.write(f'cp {AUTHORITIES} "$1{AUTHORITIES}"\n')
        finish.flush()
        argv = [
            *install.GENTLY, "mmdebstrap", "--variant=minbase", f"--include={','.join(image.packages)}", *LEAN,
            "--aptopt=APT::Install-Recommends false", f"--customize-hook=sh {finish.name} \"$1\"",
            image.suite, str(folder / "root.tar"), _mirror(image.suite),
        ]  # fmt: skip
        must(argv, what=f"making {image.tag}")


def _mirror(suite: str) -> str:
    """The line for Debian's packages, of the mirror that this machine uses itself."""
    listed = output(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]) or ""
    mirror = next((line for line in listed.splitlines() if line.rstrip("/").endswith("/debian")), "")
    return f"deb {mirror or 'http://deb.debian.org/debian'} {suite} main"
