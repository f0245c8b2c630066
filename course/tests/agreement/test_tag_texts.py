"""What exercise 8 says of tags that may move, and of tags by which nobody finds a commit, in whole texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import sibling
from course.tests.agreement.build_answer import AROUND, CHECKS, HANDED_ON, IMAGE, finding, hand_in, place_of

pytestmark = pytest.mark.slow

TAGS = sibling(CHECKS, "tags")
IMMUTABLE = "      ImageTagMutability: IMMUTABLE\n"
FILTER = """        - ImageTagMutabilityExclusionFilterType: WILDCARD
          ImageTagMutabilityExclusionFilterValue: "{}"
"""
PUSH = '- docker push "$IMAGE"\n'
LATEST = f'- docker tag "$IMAGE" "$REPOSITORY_URI:latest"\n      {PUSH}      - docker push "$REPOSITORY_URI:latest"\n'


def excluding(*patterns: str) -> dict[str, str]:
    """The repository keeps each tag on its image, but for those that fit these patterns."""
    filters = "".join(map(FILTER.format, patterns))
    setting = f"{IMMUTABLE.rstrip()}_WITH_EXCLUSION\n      ImageTagMutabilityExclusionFilters:\n{filters}"
    return {IMMUTABLE: setting}


def tagged(tag: str) -> dict[str, str]:
    return {IMAGE: f'- IMAGE="$REPOSITORY_URI:{tag}"'}


@pytest.mark.parametrize(
    ("patterns", "changes", "seen"),
    [
        (("*",), {}, "'*' lets the tag of a build move, such as 000000000000"),
        (("latest", "a*"), {}, "'a*' lets the tag of a build move, such as a00000000000"),
        (("latest", "*00*"), {PUSH: LATEST}, "'*00*' lets the tag of a build move, such as 000000000000"),
        (("v1", "cafe*"), {}, "'cafe*' lets the tag of a build move, such as cafe00000000"),
        (
            ("dev*", "main-b*"), tagged("main-${CODEBUILD_RESOLVED_SOURCE_VERSION:0:8}"),
            "'main-b*' lets the tag of a build move, such as main-b000000",
        ),
        (("v1", "17"), tagged("$CODEBUILD_BUILD_NUMBER"), "'17' lets the tag of a build move, such as 17"),
    ],
)  # fmt: skip
def test_a_filter_that_some_build_meets_is_told(
    tmp_path: Path, patterns: tuple[str, ...], changes: dict[str, str], seen: str
) -> None:
    """One commit was drawn and tried, so a filter for one commit in sixteen got full points now and then."""
    changes = excluding(*patterns) | changes

    told = finding(tmp_path, AROUND.test_tags_keep_their_image, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "pushed two commits one after another, and their tags once more",
        f"the filter {seen}",
        "each image is scanned on push, each commit gets through, and its tag cannot be put on another image",
        place_of(hand_in(tmp_path, changes), FILTER.format(patterns[-1]).splitlines()[1], above=1),
        "What does the repository do with a tag that is there already, and which tags does your build use?",
    )


@pytest.mark.parametrize(
    ("patterns", "changes"),
    [
        (("latest", "dev-*", "feature*"), {PUSH: LATEST}),
        (("a*",), tagged("main-${CODEBUILD_RESOLVED_SOURCE_VERSION:0:8}")),
        (("17*",), tagged("build-$CODEBUILD_BUILD_NUMBER")),
    ],
)
def test_a_filter_that_no_build_meets_is_fine(
    tmp_path: Path, patterns: tuple[str, ...], changes: dict[str, str]
) -> None:
    assert finding(tmp_path, AROUND.test_tags_keep_their_image, excluding(*patterns) | changes) is None


HEX = frozenset("0123456789abcdef")


@pytest.mark.parametrize(
    ("form", "pattern", "tag"),
    [
        ((HEX,) * 3, "a*", "a00"),
        ((HEX,) * 3, "*a*b*", "ab0"),
        ((HEX,) * 3, "abcd", None),
        ((HEX,) * 3, "ab", None),
        ((HEX,) * 3, "*g*", None),
        ((frozenset("v"), HEX), "v*", "v0"),
        ((frozenset("v"), HEX), "*v", None),
    ],
)
def test_a_tag_is_found_that_fits_a_pattern(form: tuple[frozenset[str], ...], pattern: str, tag: str | None) -> None:
    assert TAGS.fitting(form, pattern) == tag


def test_many_stars_take_no_time() -> None:
    assert TAGS.fitting((HEX,) * 40, "*a" * 60 + "z") is None


@pytest.mark.parametrize(
    "tag", ["$(date +%s)-$RANDOM$RANDOM", "$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | sha256sum | cut -c1-12)"]
)
def test_a_tag_that_leads_nobody_to_the_code_is_told(tmp_path: Path, tag: str) -> None:
    """The time in nanoseconds was a tag of its own for each commit, the time in seconds was none."""
    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, tagged(tag))

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "built and pushed two commits, and read their tags",
        "a tag of its own for each build, in which neither the commit nor the build is named",
        "a tag by which one finds the commit, or the build",
        "buildspec.yml:20",
        "Half a year later somebody has this tag and nothing else. How do they find the code?",
    )


@pytest.mark.parametrize("tag", ["$(date +%s)-$CODEBUILD_BUILD_NUMBER", "v${CODEBUILD_RESOLVED_SOURCE_VERSION:32}"])
def test_a_tag_that_names_more_is_fine(tmp_path: Path, tag: str) -> None:
    assert finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, tagged(tag)) is None
