"""A Dockerfile and a context, made from texts."""

from __future__ import annotations

import pytest

from checker.dockerfile import Context, Ignore, read_dockerfile


@pytest.fixture
def read():
    def made(*lines):
        return read_dockerfile("Dockerfile", "\n".join(lines) + "\n")

    return made


@pytest.fixture
def context():
    def made(*paths, ignore=""):
        return Context(dict.fromkeys(paths, 10), Ignore.of(ignore))

    return made
