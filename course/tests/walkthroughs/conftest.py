"""A clone for the walks of one worker, and what opens terminals in it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.tests.networks import Network, skip_without_networks
from course.engines.testing import Live, alone
from course.tests.walkthroughs.clone import Clone
from course.tests.walkthroughs.surroundings import Surrounding
from course.tests.walkthroughs.terminal import Terminal
from course.tests.walkthroughs.walk import Desk


@pytest.fixture(scope="session")
def shared_clone(tmp_path_factory: pytest.TempPathFactory, data_dir: Path, bundle_dir: Path) -> Clone:
    return Clone(tmp_path_factory.mktemp("walks") / "course", data_dir, bundle_dir)


@pytest.fixture
def clone_for(
    shared_clone: Clone, tmp_path: Path, data_dir: Path, bundle_dir: Path
) -> Iterator[Callable[[Surrounding], Clone]]:
    """The clone of this worker as `make start` leaves it, or one of its own for a walk that changes its files."""

    def made(surrounding: Surrounding) -> Clone:
        return Clone(tmp_path / "course", data_dir, bundle_dir) if surrounding.alone else shared_clone

    yield made
    shared_clone.reset()


@pytest.fixture
def desk_at(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens terminals in a folder of a clone, in a network of their own with these addresses, beside these engines."""
    with contextlib.ExitStack() as stack:

        def words(surrounding: Surrounding) -> list[str]:
            if not surrounding.shut_off:
                return []
            skip_without_networks()
            network = stack.enter_context(contextlib.closing(Network()))
            for address in surrounding.addresses:
                network.ip(f"addr add {address}/32 dev lo")
            return network.words

        def made(clone: Clone, folder: Path, surrounding: Surrounding) -> Desk:
            env = clone.env(tmp_path)
            for name in surrounding.engines:
                engine = Live(name)
                # Pages give fixed names to what they make.
                stack.enter_context(alone(name if name == "kubernetes" else f"{name}-pages"))
                env |= engine.found.env | {"PATH": os.pathsep.join([*engine.found.path, env["PATH"]])}
            env |= surrounding.env
            before = words(surrounding)
            return stack.enter_context(contextlib.closing(Desk(lambda: Terminal(folder, env, before))))

        yield made
