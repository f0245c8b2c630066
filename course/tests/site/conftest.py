"""The whole site, built once for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.build.site.command import build
from course.build.site.values import Values
from course.start.places import this_clone


@pytest.fixture(scope="session")
def html(tmp_path_factory: pytest.TempPathFactory, bundle_dir: Path, data_dir: Path) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(this_clone(), out, Values(bundle_dir, data_dir))
    return out / "html"
