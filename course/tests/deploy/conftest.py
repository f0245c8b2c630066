"""The sample service's image, built once for all live tests of a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.engines.testing import Live, alone, figure

ROOT = Path(__file__).parents[3]
IMAGE = "movie-service:live"


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory, bundle_dir: Path) -> Path:
    """The build context, as the clone's root has it after `make train`, with the tests' own model."""
    folder = tmp_path_factory.mktemp("context")
    for name in ("requirements", "course/service/src", "course/service/deploy"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copytree(bundle_dir, folder / "build" / "model")
    return folder


@pytest.fixture(scope="session")
def docker(context: Path) -> Live:
    return Live("docker", context)


@pytest.fixture(scope="session")
def image(docker: Live) -> str:
    """The name of the built image."""
    with alone("image"), figure("service image builds", "builds", engine="docker"):
        docker.run("docker", "build", "--file", "course/service/deploy/Dockerfile", "--tag", IMAGE, ".", timeout=900)
    return IMAGE


@pytest.fixture(scope="module")
def cluster(image: str) -> Iterator[Live]:
    """The cluster for the tests of one file alone, with the image in it."""
    found = Live("kubernetes")
    with alone("kubernetes"):
        found.run(*found.found.facts["load"].split(), image)
        yield found
