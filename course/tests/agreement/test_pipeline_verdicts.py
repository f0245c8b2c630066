"""What the checks of exercise 7 say of small changes to its answer: each was taken for right, or for wrong, in a trial.

A change is a pair of texts, the first of which stands in the answer. Sources: GitHub's documentation of `if`, `needs`,
`concurrency`, events and contexts; the rules of actionlint and zizmor; a trial with a fresh reader.
"""

from __future__ import annotations

import inspect
import random
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding, NotYet
from checker.workflows.reading import read
from course.tests.agreement.pipeline_changes import (
    ANSWER,
    ASSUME,
    BUTTON,
    DEPLOY_ACTION,
    GROUP,
    IF,
    PRODUCE,
    PUSH,
    TESTS,
    WRONG,
    Change,
)
from course.tests.agreement.runs import CHECKS

PLACES = {
    "ships": ("test_07_github_actions", "test_good_commit_reaches_production"),
    "gate": ("test_07_github_actions", "test_failing_tests_stop_everything"),
    "permissions": ("test_07_github_actions_access", "test_tokens_may_do_what_they_need"),
    "oidc": ("test_07_github_actions_access", "test_no_long_lived_key_exists"),
    "one-image": ("test_07_github_actions_images", "test_one_image_by_digest"),
    "promotion": ("test_07_github_actions_images", "test_production_waits"),
    "forks": ("test_07_github_actions_strangers", "test_pull_requests_are_tested_only"),
    "pins": ("test_07_github_actions_strangers", "test_actions_are_pinned"),
    "linter": ("test_07_github_actions_strangers", "test_zizmor_finds_nothing"),
    "once": ("test_07_github_actions_twice", "test_each_commit_is_deployed_once"),
    "rollback": ("test_07_github_actions_twice", "test_person_can_go_back"),
}


def lost(check: str, text: str, **others: str) -> tuple[str, str] | None:
    """What a check sees and where, in the pipeline with this text; None when it is passed."""
    found = finding(check, text, **others)
    return (found.seen, found.where) if found else None


def finding(check: str, text: str, **others: str) -> Finding | None:
    """All that a check says of the pipeline with this text; None when it is passed."""
    parts = {name: sibling(CHECKS, name) for name in ("images", "rights")}
    paper = sibling(CHECKS, "pipeline")
    files = {"deploy.yml": text, **others}
    pipeline = paper.Pipeline({name: read(name, one) for name, one in files.items()})
    known: dict[str, Any] = {
        "pipeline": pipeline, "paper": paper, **parts,
        "submission": SimpleNamespace(text=files.__getitem__, random=random.Random(7)),
    }  # fmt: skip
    module, name = PLACES[check]
    test = getattr(sibling(CHECKS, module), name)
    try:
        test(**{name: known[name] for name in inspect.signature(test).parameters})
    except NotYet as fault:
        return fault.finding
    return None


def changed(changes: tuple[Change, ...]) -> str:
    text = ANSWER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(("check", "seen", "line", "changes"), WRONG)
def test_a_mistake_is_named_on_its_line(check: str, seen: str, line: str, changes: tuple[Change, ...]) -> None:
    text = changed(changes)

    found = lost(check, text)

    assert found is not None
    assert found[0] == seen
    number = int(found[1].rpartition(":")[2])
    assert text.splitlines()[number - 1].strip().startswith(line) or line in text.splitlines()[number - 1]


def test_a_part_of_the_tests_is_told_with_what_it_leaves_out() -> None:
    text = ANSWER.replace("python -m pytest", "python -m pytest -k smoke")

    assert finding("ships", text) == Finding(
        tried="ran your workflow on paper: a push to main, and everything succeeds",
        seen="not all tests run: 'python -m pytest -k smoke' leaves out what `-k smoke` does not pick",
        expected="all tests, a build, a push, and `./deploy.sh ENVIRONMENT IMAGE` for staging and for production",
        where="deploy.yml:39",
        next="Which tests does nobody run before this commit reaches production?",
    )


def test_tests_of_one_folder_are_told_with_the_line_that_leads_there() -> None:
    text = ANSWER.replace(TESTS, f"{TESTS}        working-directory: tests/unit\n")

    assert finding("ships", text) == Finding(
        tried="ran your workflow on paper: a push to main, and everything succeeds",
        seen="not all tests run: 'python -m pytest' in tests/unit finds those in tests/unit alone",
        expected="all tests, a build, a push, and `./deploy.sh ENVIRONMENT IMAGE` for staging and for production",
        where="deploy.yml:40",
        next="Which tests does nobody run before this commit reaches production?",
    )


def test_an_own_action_is_told_as_what_was_not_handed_in() -> None:
    text = ANSWER.replace(PRODUCE, f"{DEPLOY_ACTION}#", 1)

    assert finding("ships", text) == Finding(
        tried="ran your workflow on paper: a push to main, and everything succeeds",
        seen="production is not deployed: what ./.github/actions/deploy does in production was not handed in, "
        "so nobody can say",
        expected="all tests, a build, a push, and `./deploy.sh ENVIRONMENT IMAGE` for staging and for production",
        where="deploy.yml:92",
        next="Which steps does ./.github/actions/deploy hold? "
        "Put them into the job: only workflow files are handed in.",
    )


def test_a_file_beside_it_that_deploys_by_the_clock_is_refused() -> None:
    nightly = (
        "on:\n  schedule: [{cron: 0 3 * * *}]\njobs:\n  night:\n    runs-on: ubuntu-24.04\n"
        "    steps: [{run: ./deploy.sh production app:latest}]\n"
    )

    assert lost("once", ANSWER, **{"nightly.yml": nightly}) == ("night ran: production is deployed", "nightly.yml:2")


# Right answers that a trial saw refused, and the checks that did, or might.
ACCEPTED = ("ships", "gate", "oidc", "one-image", "forks", "once", "rollback")
RIGHT: list[tuple[str, ...]] = [
    ("setup", ASSUME, "      - uses: ./.github/actions/setup\n"),
    ("build", PUSH, "      - id: push\n        uses: ./.github/actions/build-and-push\n"),
    ("tests", TESTS, "      - uses: ./.github/actions/run-tests\n"),
    (
        "parts", TESTS, f"      - run: pytest -k smoke\n      - run: pytest -m 'not slow'\n        {IF}\n",
    ),
    ("folder", TESTS, f"{TESTS}        working-directory: ./tests\n"),
    ("folders", TESTS, "      - run: |\n          (cd tests/unit\n          ls\n          )\n          pytest\n"),
    ("left", TESTS, "      - run: pytest --ignore=tests/test_slow.py --deselect tests/unit/test_api.py::test_one\n"),
    ("sha", "inputs.digest", "inputs.sha", "      digest:\n", "      sha:\n"),
    ("target", "inputs.digest", "inputs.to", "  digest:\n        description: An", "  to:\n        description: Any"),
    (
        "confirm", "        type: string\n", "        type: string\n      confirm: { type: boolean }\n",
        BUTTON, f"{BUTTON} && inputs.confirm",
    ),
    ("hub", "${{ env.IMAGE }}:${{ github.sha }}", "docker.io/${{ env.IMAGE }}:1, ${{ env.IMAGE }}:${{ github.sha }}"),
    (
        "own", "tags: ${{ env.IMAGE }}:${{ github.sha }}", "tags: ${{ steps.meta.outputs.tags }}", "      - id: push\n",
        "      - id: meta\n        uses: docker/metadata-action@v5\n"
        "        with: { images: '${{ env.IMAGE }}' }\n      - id: push\n",
    ),
    ("max", "  cancel-in-progress: false\n", "  queue: max\n", GROUP, "group: deploy"),
]  # fmt: skip


@pytest.mark.parametrize(("edits"), [pytest.param(edits, id=name) for name, *edits in RIGHT])
def test_another_way_is_accepted(edits: list[str]) -> None:
    text = ANSWER
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)

    assert {check: found for check in ACCEPTED if (found := lost(check, text))} == {}
