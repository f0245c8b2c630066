"""Runs the buildspec of the current folder with a real Docker, and a registry on loopback in the place of ECR.

`python -m course.engines codebuild`, and with `--fail tests` or `--fail docker-build` what a failed build leaves there.
Images are built, started and pushed for real, from a Dockerfile of ours; aws, the login, the test runner and installers
are stand-ins. No other registry is reached. The commands run as the user who started this.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.buildspec import Build, Registry, World, read, run_in
from checker.buildspec.__main__ import Folder, Output
from checker.buildspec.programs import NO_CREDENTIALS
from checker.buildspec.words import named
from checker.buildspec.world import TESTS, Call, Push, Reply, codebuild_variables
from checker.errors import Verdict
from course.engines import docker, images, install
from course.engines.found import EngineTrouble

SPEC, REPOSITORY, DEFINITIONS = "buildspec.yml", "movie-service", "imagedefinitions.json"

TYPES = ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
         "application/vnd.oci.image.index.v1+json")  # fmt: skip
# A real build takes its time on a busy machine.
PATIENCE = 600.0
RECIPE = """\
FROM {base}
LABEL run={run}
ENTRYPOINT ["python3", "-c", "import sys; print('the image starts', *sys.argv[1:])"]
"""


class Patient(Folder):
    """A folder whose phases may take as long as real builds do."""

    def run(self, script: str, *args: str, env: dict[str, str] | None = None, timeout: float = PATIENCE) -> Output:
        return super().run(script, *args, env=env, timeout=PATIENCE)


@dataclass
class RealDocker(World):
    """A world whose docker is the machine's own; everything else answers as on paper."""

    env: Mapping[str, str] = field(default_factory=dict)
    place: Path = Path()

    def answer(self, words: tuple[str, ...], phase: str, given: str, addopts: str = "") -> Reply:
        if words[0] not in ("docker", "podman") or "login" in words[1:2]:
            return super().answer(words, phase, given, addopts)
        reply = self._refused(words) or self._really(words, phase)
        self.calls.append(Call(words, phase, reply))
        return reply

    def _refused(self, words: tuple[str, ...]) -> Reply | None:
        """A push without a login, and every other registry than ours."""
        hosts = [host for word in words[2:] if (host := named(word)[0]) and "/" in word and not word.startswith("-")]
        strange = next((one for one in hosts if one != self.registry.host), "")
        if strange:
            return Reply(1, f"{strange}: this run reaches the registry on loopback only")
        pushes = "push" in words or "--push" in words
        return Reply(1, NO_CREDENTIALS) if pushes and self.registry.host not in self.logged_in else None

    def _really(self, words: tuple[str, ...], phase: str) -> Reply:
        rest = [word for word in words[1:] if word != "--pull"]
        if rest[:1] == ["run"]:
            rest[1:1] = ["--pull=never"]
        done = subprocess.run(
            ["docker", *rest], cwd=self.place, env=dict(self.env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        if done.returncode == 0 and "push" in " ".join(rest):
            self._note(rest, phase)
        return Reply(done.returncode, done.stdout.strip()[-4000:])

    def _note(self, words: list[str], phase: str) -> None:
        """What reached the registry, as the registry itself says."""
        for word in words:
            host, repository, tag = named(word)
            digest = manifest(host, repository, tag) if host == self.registry.host and "/" in word else ""
            if digest:
                self.registry.push(repository, tag, digest)
                self.pushes.append(Push(repository, tag, digest, phase))


def run(folder: Path, *, registry: str, fail: str = "") -> int:
    """Print how each phase ended and what the registry has: 0 when the build succeeded, 1 when it failed."""
    engine = docker.find()
    if not engine.found:
        raise EngineTrouble(f"Images are built for real. {engine.needed}")
    if not (folder / SPEC).is_file():
        raise EngineTrouble(f"There is no {SPEC} in this folder.", "cd work/08_codebuild")
    with tempfile.TemporaryDirectory(prefix="codebuild-") as place:
        try:
            made = _built(folder, Path(place), engine, registry, fail)
        except Verdict as verdict:
            raise EngineTrouble(f"{SPEC}: {verdict.finding.seen}.", "checker check 8 --task 1") from None
    world = made.world
    try:
        print("\n".join(_told(made, registry)))
    finally:
        _remove(world, registry)
    return 0 if made.succeeded else 1


def _built(folder: Path, place: Path, engine: Any, registry: str, fail: str) -> Build:
    for one in folder.iterdir():
        if one.is_file():
            shutil.copy2(one, place)
    base = engine.facts.get("base") or images.FIRST
    recipe = RECIPE.format(base=base, run=secrets.token_hex(8))
    (place / "Dockerfile").write_text(recipe + ("RUN false\n" if fail == "docker-build" else ""), encoding="utf-8")
    rng = random.Random()
    commit = f"{rng.getrandbits(160):040x}"
    path = os.pathsep.join([*engine.path, os.environ.get("PATH", os.defpath)])
    world = RealDocker(
        rng, Registry(host=registry), (TESTS,) if fail == "tests" else (),
        env=os.environ | dict(engine.env) | {"PATH": path}, place=place,
    )  # fmt: skip
    spec = read(SPEC, (folder / SPEC).read_text(encoding="utf-8"))
    variables = codebuild_variables(rng, commit, {"REPOSITORY_URI": f"{registry}/{REPOSITORY}"})
    return run_in(Patient(place), spec, world, variables)


def _told(made: Build, registry: str) -> Iterator[str]:
    for phase in made.phases:
        yield f"{phase.name.upper():<18}{phase.why or 'SUCCEEDED'}"
    for one in made.world.pushes:
        yield f"{'pushed':<18}{one.repository}:{one.tag}, which is {one.digest}"
    if not made.world.pushes:
        yield f"{'pushed':<18}nothing"
    if made.succeeded:
        yield f"{'deployment':<18}{_deployed(made, registry)}"


def _deployed(made: Build, registry: str) -> str:
    """What a deployment finds when it follows imagedefinitions.json to the registry."""
    try:
        entries = json.loads(made.artifacts[DEFINITIONS])
        image = str(entries[0]["imageUri"])
    except (KeyError, ValueError, TypeError, IndexError):
        return f"there is no {DEFINITIONS} with an imageUri in the artifact"
    host, repository, tag = named(image)
    found = manifest(host, repository, tag) if host == registry else ""
    if not found:
        return f"{image} is not in the registry"
    known = "by its digest" if tag == found else f"by the tag {tag}, which can be put on another image"
    return f"finds the image that was pushed, {known}"


def manifest(registry: str, repository: str, reference: str) -> str:
    """The digest that the registry has under a tag or digest; an empty text for none."""
    return _ask(registry, repository, reference, "HEAD").get("docker-content-digest", "")


def _ask(registry: str, repository: str, reference: str, method: str) -> dict[str, str]:
    url = f"http://{registry}/v2/{repository}/manifests/{reference}"
    request = urllib.request.Request(url, headers={"Accept": ", ".join(TYPES)}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return {key.lower(): value for key, value in answer.headers.items()}
    except (urllib.error.URLError, OSError):
        return {}


def _remove(world: World, registry: str) -> None:
    """Take what this run made out of the registry and the engine."""
    program = install.which("docker")
    for one in world.pushes:
        _ask(registry, one.repository, one.digest, "DELETE")
    names = {word for call in world.calls for word in call.words[1:] if named(word)[0] == registry and "/" in word}
    if program and names and isinstance(world, RealDocker):
        command = [program, "image", "rm", "--force", *sorted(names)]
        subprocess.run(command, env=dict(world.env), capture_output=True, timeout=120, check=False)
