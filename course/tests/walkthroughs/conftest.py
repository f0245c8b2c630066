"""A clone for the walks of one worker, and what opens terminals in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.tests.networks import Network, skip_without_networks
from course.engines.places import cache
from course.engines.testing import Live, alone
from course.tests.walkthroughs.clone import Clone
from course.tests.walkthroughs.surroundings import Surrounding
from course.tests.walkthroughs.terminal import Terminal
from course.tests.walkthroughs.walk import Desk, cleaned

# Locks of engines: pages give fixed names to what they make, and a cluster has one test at a time.
ONE_AT_A_TIME = {"docker": "docker-pages", "kubernetes": "kubernetes"}


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


@contextlib.contextmanager
def namespace(cluster: Live, settings: Path) -> Iterator[str]:
    """Settings of kubectl that lead into a namespace of this walk's own."""
    name = f"pages-{uuid.uuid4().hex[:8]}"
    shutil.copy(cluster.env["KUBECONFIG"], settings)
    cluster.run("kubectl", "--kubeconfig", str(settings), "config", "set-context", "--current", f"--namespace={name}")
    cluster.run("kubectl", "create", "namespace", name)
    try:
        yield str(settings)
    finally:
        cluster.run("kubectl", "delete", "namespace", name, "--wait=true", "--timeout=480s")


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
            if surrounding.engines:
                # Engines are found by what is kept at home, and a reader's home is another.
                env["COURSE_ENGINES_CACHE"] = str(cache())
            engines = [Live(name) for name in surrounding.engines]
            for name, engine in zip(surrounding.engines, engines, strict=True):
                if name in ONE_AT_A_TIME:
                    stack.enter_context(alone(ONE_AT_A_TIME[name]))
                env |= engine.found.env | {"PATH": os.pathsep.join([*engine.found.path, env["PATH"]])}
                if name == "kubernetes":
                    env["KUBECONFIG"] = stack.enter_context(namespace(engine, tmp_path / "kubeconfig"))
            env |= surrounding.env
            before = words(surrounding)

            def opened() -> Terminal:
                return Terminal(folder, env, before)

            stack.enter_context(cleaned(opened, surrounding.after))
            return stack.enter_context(contextlib.closing(Desk(opened)))

        yield made
