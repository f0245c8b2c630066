"""Which event starts a workflow. Patterns and answers: GitHub's "Workflow syntax", filter pattern cheat sheet."""

from __future__ import annotations

import pytest

from checker.workflows import events
from checker.workflows.reading import read


@pytest.mark.parametrize(
    ("pattern", "name", "due"),
    [
        ("feature/*", "feature/my-branch", True), ("feature/*", "feature/a/b", False),
        ("feature/**", "feature/a/b", True), ("*", "main", True), ("*", "releases/10", False),
        ("**", "any/thing", True),
        ("v2*", "v2.0", True), ("v[12].[0-9]+.[0-9]+", "v1.10.1", True), ("v[12].[0-9]+.[0-9]+", "v3.1.1", False),
        ("Octoc?t", "Octocat", False), ("colou?r", "color", True), ("main", "mainx", False),
        ("release\\+1", "release+1", True),
    ],
)  # fmt: skip
def test_patterns_match_as_documented(pattern: str, name: str, due: bool) -> None:
    assert events.matches([pattern], name) is due


def test_a_later_pattern_takes_away_or_gives_back() -> None:
    patterns = ["releases/**", "!releases/**-alpha", "releases/9-alpha"]

    assert events.matches(patterns, "releases/10")
    assert not events.matches(patterns, "releases/10-alpha")
    assert events.matches(patterns, "releases/9-alpha")


PUSH, TAG, BRANCH = events.push(), events.tag(), events.push("patch-1")
PROPOSAL, LOCK = events.pull_request(fork=True), events.push(files=("requirements.txt",))


@pytest.mark.parametrize(
    ("on", "event", "why"),
    [
        ("push", PUSH, ""), ("push", TAG, ""), ("[push, pull_request]", PROPOSAL, ""),
        ("{push: {branches: [main]}}", PUSH, ""),
        ("{push: {branches: main}}", PUSH, ""),
        ("{push: {branches: [main]}}", BRANCH, "`on.push.branches` does not match patch-1"),
        ("{push: {branches: [main]}}", TAG, "`on.push` filters branches only, so a push of a tag does not start it"),
        ("{push: {tags: ['v*']}}", PUSH, "`on.push` filters tags only, so a push of a branch does not start it"),
        ("{push: {tags: ['v*'], branches: [main]}}", TAG, ""),
        ("{push: {branches: ['**'], tags-ignore: ['**']}}", TAG, "`on.push.tags` does not match v1.4.0"),
        ("{push: {branches-ignore: [main]}}", PUSH, "`on.push.branches` does not match main"),
        ("{push: }", PROPOSAL, "`on` does not name pull_request; it names push"),
        ("{pull_request: {branches: [develop]}}", PROPOSAL, "`on.pull_request.branches` does not match main"),
        ("{pull_request: {types: [closed]}}", PROPOSAL, "`on.pull_request.types` does not name opened"),
        ("{workflow_dispatch: }", events.dispatch(), ""),
        ("{push: {paths: ['src/**']}}", PUSH, ""),
        ("{push: {paths: ['src/**']}}", LOCK, "`on.push.paths` does not match requirements.txt"),
        ("{push: {paths: ['src/**', '*.txt']}}", LOCK, ""),
        ("{push: {paths: ['**', '!*.txt']}}", LOCK, "`on.push.paths` does not match requirements.txt"),
        ("{push: {paths-ignore: ['*.md']}}", LOCK, ""),
        ("{push: {paths-ignore: ['**.txt']}}", LOCK, "`on.push.paths-ignore` matches requirements.txt"),
        ("{push: {paths-ignore: ['**.txt']}}", events.push(files=("a.txt", "b.py")), ""),
        (
            "{pull_request: {paths: [src/a.py]}}",
            events.pull_request(files=("src/b.py",)),
            "`on.pull_request.paths` does not match src/b.py",
        ),
    ],
)  # fmt: skip
def test_events_start_a_workflow_or_say_why_not(on: str, event: events.Event, why: str) -> None:
    assert events.starts(read("a.yml", f"on: {on}\njobs: {{}}\n"), event) == (not why, why)


def test_on_is_a_word_quoted_or_not() -> None:
    assert list(read("a.yml", "on: push\n").on) == list(read("a.yml", "'on': push\n").on) == ["push"]


@pytest.mark.parametrize(
    ("on", "condition", "refs"),
    [
        ("{push: {branches: [main]}}", "true", []),
        ("{push: {branches: [main, develop, 'release/**'], tags: ['v[0-9]+.*']}}", "true",
         ["refs/heads/develop", "refs/heads/release/1", "refs/tags/v1.1"]),
        ("push", "github.ref == 'refs/heads/next' || startsWith(github.ref, 'refs/tags/v')",
         ["refs/heads/next", "refs/tags/v"]),
        ("push", "startsWith(github.ref, 'refs/heads/release/')", ["refs/heads/release/1"]),
    ],
)  # fmt: skip
def test_other_branches_and_tags_are_those_that_a_file_names(on: str, condition: str, refs: list[str]) -> None:
    workflow = read("a.yml", f'on: {on}\njobs: {{a: {{if: "{condition}"}}}}\n')

    assert [one.ref for one in events.other_pushes(workflow)] == refs


@pytest.mark.parametrize(
    ("name", "ref", "kind"),
    [
        ("schedule", "refs/heads/main", "branch"), ("release", "refs/tags/v1.4.0", "tag"),
        ("create", "refs/tags/v1.4.0", "tag"),
        ("merge_group", "refs/heads/gh-readonly-queue/main/pr-17-5f1c0a7", "branch"),
    ],
)  # fmt: skip
def test_other_events_have_their_ref(name: str, ref: str, kind: str) -> None:
    github = events.contexts(events.happening(name))["github"]

    assert (github["ref"], github["ref_type"]) == (ref, kind)


def test_two_pushes_share_no_actor_time_or_commit() -> None:
    first, second = (
        events.contexts(one)["github"]["event"] for one in (PUSH, events.push(sha="b" * 40, actor="hubot"))
    )

    for holder, key in (("pusher", "name"), ("head_commit", "timestamp"), ("head_commit", "id")):
        assert first[holder][key] != second[holder][key]
    assert first["after"] != second["after"]
