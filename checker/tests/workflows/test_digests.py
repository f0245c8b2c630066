"""What a value names that commands have made: a registry's digest, the id of an image, or something else."""

from __future__ import annotations

import pytest

from checker.workflows.digests import kind_of
from checker.workflows.expansion import expanded
from checker.workflows.shell import read


# Docker's references: inspect, images, build, push, manifest inspect, buildx imagetools; crane, skopeo, jq.
@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("docker inspect --format '{{index .RepoDigests 0}}' \"$IMAGE\" | cut -d@ -f2", "digest"),
        ("docker image inspect -f '{{.Id}}' app", "image id"),
        ("docker inspect --format={{.ID}} app", "image id"),
        ("docker inspect app | jq -r '.[0].Id'", "image id"),
        ("docker inspect app | jq -r '.[0].RepoDigests[0]'", "digest"),
        ("docker images --no-trunc -q app", "image id"),
        ("docker images --digests --format '{{.Digest}}' app", "digest"),
        ("docker build -q .", "image id"),
        ("docker push app | sed -n 's/.*digest: //p'", "digest"),
        ("docker buildx imagetools inspect app --format '{{.Manifest.Digest}}'", "digest"),
        ("docker manifest inspect app | jq -r .config.digest", "image id"),
        ("jq -r '.\"containerimage.digest\"' metadata.json", "digest"),
        ("jq -r '.\"containerimage.config.digest\"' metadata.json", "image id"),
        ("crane digest app", "digest"),
        ("crane config app | sha256sum | cut -c1-64", "checksum"),
        ("skopeo inspect docker://app | jq -r .Digest", "digest"),
        ("aws ecr describe-images --query 'imageDetails[0].imageDigest' --output text", "digest"),
        ("git rev-parse HEAD", "commit"),
        ("date +%s", "time"),
        ("sha256sum image.tar | cut -c1-64", "checksum"),
        ("timeout 60 docker inspect --format '{{.Id}}' app", "image id"),
        ("./our-own-script", ""),
        ("docker inspect app", ""),
    ],
)
def test_a_command_makes_a_digest_or_something_else(command: str, kind: str) -> None:
    assert kind_of(f"registry/app@‹$({command})›") == kind


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("docker build --iidfile id.txt .", "image id"),
        ("podman push --digestfile=id.txt app", "digest"),
        ("docker inspect --format {{.Id}} app > id.txt", "image id"),
        ("echo ‹image id of build› > id.txt", "image id"),
        ("docker build .", ""),
    ],
)
def test_a_file_holds_what_was_written_into_it(script: str, kind: str) -> None:
    assert kind_of("‹$(cat id.txt)›", read(script, {}).commands) == kind


def test_the_output_imageid_of_the_action_is_an_id() -> None:
    assert kind_of("app@‹image id of build›") == "image id"


# bash's manual, shell parameter expansion; in ‹ › stands what a run alone knows.
@pytest.mark.parametrize(
    ("value", "rest", "due"),
    [
        ("app@sha256:1", "#*@", "sha256:1"), ("a@b@c", "#*@", "b@c"), ("a@b@c", "##*@", "c"),
        ("a@b@c", "%@*", "a@b"), ("a@b@c", "%%@*", "a"), ("abc", "#x*", "abc"), ("abcdef", "::3", "abc"),
        ("abcdef", ":2:2", "cd"), ("abcdef", ":4", "ef"), ("", ":-word", "word"), ("set", ":-word", "set"),
        ("‹$NAME›", ":-word", "word"), ("set", ":+word", "word"), ("", "+word", ""),
        ("‹$(ask)›", "#*@", "‹$(ask)›"), ("app@‹$(ask)›", "#*@", "‹$(ask)›"), ("app:‹t›@sha256:1", "%@*", "app:‹t›"),
        ("‹$(ask)›-x", "%:*", "‹$(ask)›"), ("abc", "/a/b", "abc"),
    ],
)  # fmt: skip
def test_parameter_expansion(value: str, rest: str, due: str) -> None:
    assert expanded(value, rest) == due
