"""The checks of exercise 3, tasks 5 and 6: what a build is sent, what it must not keep, what images weigh."""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, partial, read_hints
from checker.dockerfile import read_listing
from checker.dockerfile.installs import ran
from checker.dockerfile.shell import failure_ends, sets_pipefail
from checker.dockerfile.tree import walk_files
from checker.hadolint import lint

HINTS = read_hints(__file__)
LIMIT_MB = 10
PYTHON = re.compile(r"python3?(\.\d+)?$")


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="context",
    task=5,
    points=1,
    tier="full",
    after=("builds",),
    hints=HINTS["context"],
    why="What is sent can end up in a layer; what is not sent cannot.",
)
def test_the_build_is_sent_little_and_no_secret(submission, secrets):
    """Of a colleague's folder the build is sent at most 10 MB, and no file of secrets."""
    named = read_listing(submission.text("context.txt"))
    word = submission.random.choice(["north", "south", "east", "west"])
    listing = named | {
        f"conf/{word}/.env": 90,
        f"data/exports/{word}.parquet": 8_000_000,
        f"src/{word}/__pycache__/a.pyc": 4000,
    }
    context = submission.context(listing)
    expect(
        submission.files(".dockerignore"),
        tried="looked for .dockerignore beside the Dockerfile",
        seen=f"there is none, so all {context.total / 1e6:.0f} MB of the folder are sent, the secrets too",
        expected="a file .dockerignore that says what the build is not sent",
        where=".dockerignore",
        next="Was it saved under this name, with the dot?",
    )
    secret = next((path for path in context.sent if secrets.is_secret_file(path)), "")
    expect(
        not secret,
        tried="followed .dockerignore over a colleague's folder, the one of context.txt",
        seen=f"{secret} is sent to the build" + why_sent(context, secret),
        expected="no .env is sent, in whatever folder it lies",
        where=".dockerignore",
        next="From where does a pattern count here? It is not as in .gitignore.",
    )
    unneeded = re.compile(r"(^|/)(\.git|\.venv|__pycache__|\.ipynb_checkpoints)/|^data/")
    sent = [path for path in context.sent if unneeded.search(path)]
    megabytes = context.total / 1e6
    # One that context.txt names comes first: whoever reads the message can find it there.
    known = [path for path in sent if path in named] or sent
    largest = max(known or list(context.sent) or [""], key=lambda path: context.sizes.get(path, 0))
    many = f"the {megabytes:.1f} MB that are sent"
    expect(
        not sent and megabytes <= LIMIT_MB,
        tried="followed .dockerignore over a colleague's folder, the one of context.txt",
        seen=f"{largest} is {'among' if sent else 'the largest file of'} {many}" + why_sent(context, largest),
        expected=f"at most {LIMIT_MB} MB; nothing below .git, .venv, data, __pycache__ or .ipynb_checkpoints",
        where=".dockerignore",
        next="Is it shorter to name what the build needs, or what it does not need?",
    )


def why_sent(context: Any, path: str) -> str:
    """The pattern that was meant for a file and does not reach it, in words."""
    patterns = context.ignore.patterns
    name = path.rpartition("/")[2]
    kept = next((one for one in reversed(patterns) if one.keeps and matches(one, path)), None)
    if kept:
        return f": line {kept.line} takes it back in"
    folders = path.split("/")[:-1]
    behind = next(
        (one for one in patterns if re.search(r"\s#", one.text) and _first(one.text) in path.split("/")), None
    )
    if behind:
        return f": what stands behind # on line {behind.line} is no comment here, but a part of the pattern"
    meant = next((one for one in patterns if not one.keeps and (matches(one, name) or one.text in folders)), None)
    return f": {meant.text!r} on line {meant.line} reaches the top folder only" if meant else ""


def _first(text: str) -> str:
    """The folder or file that a pattern begins with, where a comment was written behind it."""
    return text.partition("#")[0].strip().strip("/").removeprefix("**/")


def matches(pattern: Any, path: str) -> bool:
    parts = path.split("/")
    return any(pattern.regex.fullmatch("/".join(parts[:count])) for count in range(1, len(parts) + 1))


@check(
    id="secret",
    task=5,
    points=1,
    tier="full",
    after=("context",),
    hints=HINTS["secret"],
    why="An image is copied to registries, laptops and caches, and whoever has it can read it all.",
)
def test_no_secret_stands_in_the_image(submission, image, secrets):
    """No secret stands in ENV or ARG, in a command, or in any layer."""
    found = next(secrets.found_in(image), None)
    expect(
        found is None,
        tried="looked for secrets where an image shows them: environment, arguments, commands, layers",
        seen=f"{found.what}: {found.reader}" if found else "",
        expected="the secret is in none of them; the app gets it when it starts",
        where=image.dockerfile.at(found.line if found else 1),
        next="When is this secret needed, and who can hand it over at that moment?",
    )


@check(
    id="model",
    task=5,
    points=1,
    tier="full",
    after=("starts",),
    hints=HINTS["model"],
    why="A wrong model in a right image answers everybody, with confidence.",
)
def test_a_changed_model_ends_the_build(submission, image):
    """The build ends when the model is not the one that its manifest vouches for."""
    found = verifications(image)
    good = [one for one in found if not one[1]]
    line, fault = (found[0][0], found[0][1]) if found else (image.last.source.line, "no step compares it with a digest")
    expect(
        good,
        tried="followed a build whose model.txt has one changed byte",
        seen=f"the image is built all the same: {fault}",
        expected="a step of the build compares model.txt with its sha256, and its failure ends the build",
        where=image.dockerfile.at(line),
        next="Which given script does that? When is the file there, and whose exit code counts?",
    )


def verifications(image: Any) -> list[tuple[int, str]]:
    """(line, fault) of every step that compares the model with a digest; no fault means that it ends the build."""
    found: list[tuple[int, str]] = []
    for stage in image.dockerfile.stages:
        known = {id(i): files for i, _, files in walk_files(image.dockerfile, stage, image.context)}
        for one in ran(stage):
            files = known[id(one.instruction)]
            if one.stage is stage and (given(one, files) or verifies(one.command)):
                found.append((one.instruction.line, _fault(image, stage, one, files)))
    return found


def given(one: Any, files: dict[str, str]) -> str:
    """The word of a command that runs the given verify.py, whatever a COPY or a mount calls it; "" for none."""
    words = list(one.command.words)
    python = PYTHON.match(one.command.program)
    word = next((word for word in words[bool(python) :] if not word.startswith("-")), "")
    runs = python is None or "-c" not in words
    known = files.get(one.path(word)) == "verify.py" or word.rpartition("/")[2] == "verify.py"
    return word if runs and known else ""


def verifies(command: Any) -> bool:
    """A command that compares files with digests by another tool than the given script."""
    words = command.words
    if PYTHON.match(command.program):
        return "-c" in words and "sha256" in " ".join(words)
    compares = any(word in ("-c", "--check") or re.match(r"-[a-z]*c", word) for word in words[1:])
    return command.program in ("sha256sum", "shasum") and compares


def _fault(image: Any, stage: Any, one: Any, files: dict[str, str]) -> str:
    needed = {other.number for other in image.dockerfile.needed}
    if stage.number not in needed:
        return f"{stage.title} compares it, and the last stage takes nothing from there, so it is skipped"
    if "model/model.txt" not in files.values():
        return f"line {one.instruction.line} compares it before it is copied"
    script = given(one, files)
    if script and "verify.py" not in files.values():
        return f"line {one.instruction.line} runs verify.py, which is not in this stage"
    if script:
        folder = [*one.command.words[one.command.words.index(script) + 1 :], "model"][0]
        if f"{one.path(folder)}/model.txt" not in files:
            return f"line {one.instruction.line} looks into {folder}, where no model is at that step"
    strict = any(re.match(r"-[a-z]*e", word) for word in one.shell[1:])
    if not failure_ends(list(one.commands), one.number, strict=strict, pipefail=pipefail(one)):
        after = " ".join((one.command.then, *one.commands[one.number + 1].words)) if one.command.then else ""
        return f"line {one.instruction.line} goes on after a failure, by {after[:40]!r}"
    return ""


def pipefail(one: Any) -> bool:
    """Whether a pipe of this step fails with its first command. Debian's sh has no such option."""
    said = (("set", *other.words[1:]) for other in one.commands[: one.number] if other.program == "set")
    bash = one.shell[0].rpartition("/")[2] == "bash"
    return bash and any(sets_pipefail(words) for words in (one.shell, *said))


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="images",
    task=6,
    points=4,
    tier="full",
    hints=HINTS["images"],
    why="Layers add up, and nothing that one of them holds is ever taken back.",
)
def test_four_images_are_read(submission, observed):
    """The answers name the megabytes of one image, and the image that gives a secret away."""
    answers = submission.answers()
    size, letter = answers.get("shipped_mb", int), answers.get("leaks", str).strip().upper()
    right_size = size == observed.shipped_mb(submission.seed)
    right_letter = letter == observed.leaks(submission.seed)
    if right_size and right_letter:
        return
    asked = observed.IMAGES["asked"](submission.seed)
    wrong = f"shipped_mb = {size}" if not right_size else f"leaks = {letter!r}"
    told = {
        "tried": f"added up the layers of image {asked}, and looked for a secret in all four",
        "seen": f"{wrong}; the other answer is right"
        if right_size or right_letter
        else f"{wrong}, and leaks = {letter!r}",
        "expected": "all layers of that image together, and the letter of the one that holds a secret",
        "where": "answers.toml, shipped_mb" if not right_size else "answers.toml, leaks",
        "next": "What does a line that removes a file do to the layer below it?",
    }
    if right_size or right_letter:
        partial(2, **told)
    expect(False, **told)


# -- beside the grade -------------------------------------------------------------------------------------------
@check(
    id="lint",
    task=5,
    tier="stretch",
    after=("layers", "user", "signal", "base", "stages", "locked", "health", "secret", "model"),
    hints=HINTS["lint"],
    why="A linter knows a hundred habits; five of them matter here.",
)
def test_the_linter_has_nothing_to_say(submission, rules):
    """hadolint finds nothing in the Dockerfile that this course would mend."""
    found = rules.told(lint(submission.text("Dockerfile")))
    code, line, says = found[0] if found else ("", 1, "")
    expect(
        not found,
        tried="asked hadolint, the linter of Dockerfiles",
        seen=f"{code} on line {line}: {says}" + (f"; and {len(found) - 1} more" if found[1:] else ""),
        expected="none of those that this course follows",
        where=f"Dockerfile:{line}",
        next="What does the rule's name say, on its page in hadolint's wiki?",
    )
