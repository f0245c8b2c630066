"""Objects made from a text, as a hand-in would hold them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker import readers
from checker.kube.objects import Object, in_text

DEPLOYMENT = (Path(__file__).parent / "data" / "deployment.yaml").read_text("utf-8")


@pytest.fixture
def text() -> str:
    return DEPLOYMENT


@pytest.fixture
def made() -> Callable[..., Object]:
    """The one object of a text, after replacements in it."""

    def make(text: str = DEPLOYMENT, *replaced: tuple[str, str]) -> Object:
        for old, new in replaced:
            assert old in text, old
            text = text.replace(old, new)
        return in_text("deployment.yaml", text, readers.read_documents("deployment.yaml", text))[0]

    return make
