"""What stands in for the cloud while a buildspec runs: a registry that outlives a build, a docker and an aws.

All of it lives in the trusted process. The commands of a buildspec reach it through small programs on their PATH,
which carry words there and an answer back; so what was built and pushed is known from outside, and not from a
report of the commands themselves.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from checker.cloudformation.arns import ACCOUNT, REGION

HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
# Words of a fault: what fails in this run.
TESTS, DOCKER_BUILD, START, DOCKER_PUSH = "tests", "docker build", "docker run --check", "docker push"


@dataclass(frozen=True)
class Reply:
    """What a stand-in says: its exit code, and a text for stdout (or, when it fails, for stderr)."""

    code: int = 0
    text: str = ""


@dataclass(frozen=True)
class Call:
    """One call of a stand-in: its words, the phase in which it was made, and what it was told.

    `addopts` is PYTEST_ADDOPTS, as the call found it.
    """

    words: tuple[str, ...]
    phase: str
    reply: Reply
    addopts: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Push:
    """One image that reached the registry."""

    repository: str
    tag: str
    digest: str
    phase: str


@dataclass
class Registry:
    """Repositories behind one host. With `immutable` a tag cannot be put on another image."""

    immutable: bool = False
    # Tags that may move all the same: patterns such as `latest*`.
    movable: tuple[str, ...] = ()
    host: str = HOST
    tags: dict[tuple[str, str], str] = field(default_factory=dict)

    def push(self, repository: str, tag: str, digest: str) -> str:
        """Store an image; the registry's own words where it refuses."""
        known = self.tags.get((repository, tag))
        moves = any(fnmatchcase(tag, one) for one in self.movable)
        if self.immutable and not moves and known and known != digest:
            return (
                f"tag invalid: The image tag '{tag}' already exists in the '{repository}' repository "
                "and cannot be overwritten because the tag is immutable."
            )
        self.tags[(repository, tag)] = digest
        return ""

    def digest(self, repository: str, tag: str) -> str:
        """The digest behind a tag, or behind a digest that is there."""
        if tag.startswith("sha256:"):
            return tag if any(one == (repository, tag) for one in self._digests()) else ""
        return self.tags.get((repository, tag), "")

    def _digests(self) -> set[tuple[str, str]]:
        return {(repository, digest) for (repository, _), digest in self.tags.items()}


@dataclass
class World:
    """One build's surroundings. `fails` names what goes wrong: tests, docker build, the image's check, pushes, a call.

    A call is named by its first words, or by one of its words.
    """

    rng: random.Random
    registry: Registry = field(default_factory=Registry)
    fails: tuple[str, ...] = ()
    # Without privileged mode a build has no docker daemon.
    privileged: bool = True
    # An image of an earlier build that the engine still has, under whatever name it is asked for.
    stale: str = ""
    images: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    built: list[str] = field(default_factory=list)
    # Images that were started with --check, as far as the engine has them under a name.
    checked: set[str] = field(default_factory=set)
    tested: list[Call] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    logged_in: set[str] = field(default_factory=set)
    password: str = ""

    def answer(self, words: tuple[str, ...], phase: str, given: str, addopts: str = "") -> Reply:
        """What the stand-in of `words[0]` says. `given` came on stdin, `addopts` is PYTEST_ADDOPTS."""
        # Imported late: programs.py needs the classes above.
        from checker.buildspec.programs import answer

        reply = answer(self, words, phase, given, addopts)
        self.calls.append(Call(words, phase, reply, addopts))
        return reply

    def image(self, name: str) -> str:
        """The image that the engine has under this name; an empty text when it has none."""
        return self.images.get(name, self.stale)

    def new_digest(self) -> str:
        return f"sha256:{self.rng.getrandbits(256):064x}"

    def says(self, program: str) -> tuple[Call, ...]:
        """The calls of one program."""
        return tuple(one for one in self.calls if one.words[0] == program)


def codebuild_variables(rng: random.Random, commit: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that CodeBuild gives a build, and those of its project."""
    # From so many that two builds of one run do not get the same: a tag may be made of it.
    number = rng.randint(100, 99_999)
    build = f"movie-build:{rng.getrandbits(128):032x}"
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "CODEBUILD_BUILD_ARN": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{build}",
        "CODEBUILD_BUILD_ID": build,
        "CODEBUILD_BUILD_NUMBER": str(number),
        "CODEBUILD_INITIATOR": "codepipeline/movie-service",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": commit,
        "CODEBUILD_SOURCE_VERSION": f"arn:aws:s3:::movie-artifacts/source/{rng.getrandbits(32):08x}",
        **(more or {}),
    }
