"""What exercise 8 says of a pipeline that nothing starts, or that CodePipeline refuses, in whole texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.tests.agreement.build_answer import GOOD, finding, hand_in, place_of

TYPE, BRANCH = "      PipelineType: V2\n", "                BranchName: main\n"
UNSEEN = f"{BRANCH}                DetectChanges: 'false'\n"
TRIGGER = """      Triggers:
        - ProviderType: CodeStarSourceConnection
          GitConfiguration: {SourceActionName: Commit, Push: [{Branches: {Includes: [%s]}}]}
"""
GIVEN = "What stood there in the given files?"
WHAT_STARTS = "When a commit lands on this branch, what tells the pipeline, and what does it let through?"


@pytest.mark.parametrize(
    ("changes", "seen", "line", "next_"),
    [
        (
            {TYPE: f"{TYPE}      ExecutionMode: PARALLEL\n"},
            "stage Production goes back on a failure, which no stage may in the execution mode PARALLEL",
            "ExecutionMode", GIVEN,
        ),
        (
            {BRANCH: UNSEEN},
            "a push to main starts nothing: DetectChanges is false, and no trigger says what starts the pipeline",
            "- Name: Commit", WHAT_STARTS,
        ),
        (
            {TYPE: TYPE + TRIGGER % "'release/*'", BRANCH: BRANCH.replace("main", "release/*")},
            "action Commit: BranchName is the name of one branch, and takes no pattern", "- Name: Commit",
            "Whose commit does an execution deploy: of which branch, and who has agreed to it?",
        ),
    ],
)  # fmt: skip
def test_what_starts_nothing_or_is_refused_is_told(
    tmp_path: Path, changes: dict[str, str], seen: str, line: str, next_: str
) -> None:
    told = finding(tmp_path, GOOD.test_good_commit_reaches_production, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "built and deployed a good commit on paper; docker and aws are stand-ins",
        seen,
        "all tests, a build and a push that succeed, and both services deployed when a person agrees",
        place_of(hand_in(tmp_path, changes), line),
        next_,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {TYPE: f"{TYPE}      ExecutionMode: QUEUED\n"},
        {TYPE: TYPE + TRIGGER % "main", BRANCH: UNSEEN},
    ],
)
def test_a_queue_and_a_trigger_for_main_are_fine(tmp_path: Path, changes: dict[str, str]) -> None:
    assert finding(tmp_path, GOOD.test_good_commit_reaches_production, changes) is None
