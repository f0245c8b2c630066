"""Figures that the notes say come from recorded runs, from the facts and from the exercises: they agree with them."""

from __future__ import annotations

import json
import re

import pytest

from course.benchmarks import published
from course.build.slides.command import ROOT
from course.build.slides.model import plain
from course.tests.slides.conftest import Built

RECORDED = ROOT / "course" / "engines" / "recorded"
HOURS = 730


def note_of(decks: list[Built], heading: str) -> str:
    return next(slide.note for built in decks for slide in built.deck.slides if slide.heading == heading)


def step(path: str, of: str, number: int) -> dict:
    """One step of a recorded run: its output, exit code and seconds."""
    runs = json.loads((RECORDED / path).read_text(encoding="utf-8"))["runs"]
    return next(run for run in runs if run["of"] == of)["steps"][number]


def size(path: str, of: str, layer: str) -> str:
    """What docker history wrote for the largest layer whose line holds these letters."""
    lines = step(path, of, 2)["output"].split("\n")
    return max((line.split()[0] for line in lines if layer in line), key=lambda text: float(text[:-2]))


@pytest.mark.slow
def test_the_seconds_and_sizes_of_docker_are_those_of_the_recorded_runs(decks):
    stop, build = "03_dockerfile/stop.json", "03_dockerfile/build.json"
    slow, quick = (step(stop, of, 2)["seconds"] for of in ("starter", "solution"))
    codes = [step(stop, of, 3)["output"].split()[-1] for of in ("starter", "solution")]
    large, small = (step(build, of, 1)["output"].removesuffix("MB") for of in ("starter", "solution"))

    stopped = note_of(decks, "How long does it take to stop?")
    assert f"took {slow:.0f} seconds to stop and ended with exit code {codes[0]}" in stopped
    assert f"took {quick:.0f} and ended with {codes[1]}" in stopped
    assert f"took {step(build, 'starter', 0)['seconds']:.0f} seconds to build" in note_of(decks, "Dockerfile")
    sizes = note_of(decks, "Every line has a reason")
    assert f"has {large} MB, the answer's {small}" in sizes
    assert f"{size(build, 'starter', 'apt-get').removesuffix('MB')} MB of the first" in sizes
    model = note_of(decks, "What belongs into the image")
    assert f"{size(build, 'solution', 'kB  ‹').removesuffix('kB')} kB in an image of {small} MB" in model


@pytest.mark.parametrize(
    ("heading", "shown", "output"),
    [
        ("What is Kubernetes?", ("05_kubernetes/rollout.json", "starter", 1), "0 of 3 updated replicas are available"),
        ("Deploying to Kubernetes", ("05_kubernetes/rollout.json", "wrong/port_of_another", 1), "0 of 3 updated"),
        ("Deploying to Kubernetes", ("05_kubernetes/rollout.json", "solution", 1), "successfully rolled out"),
        ("Reading events and logs", ("05_kubernetes/rollout.json", "starter", 3), "movie-servise:1.0.0"),
        ("Compose", ("04_compose/up.json", "starter", 2), "api          exited                 1"),
        ("Names, not addresses", ("04_compose/up.json", "wrong/command_in_one_word", 1), "redis-1 is unhealthy"),
        ("The new tasks never turn healthy", ("06_ecs/deploy.json", "wrong/no_breaker", 0), "no end, it stays IN_PROG"),
        (
            "The new tasks never turn healthy",
            ("06_ecs/deploy.json", "solution", 0),
            "the version before is wanted again",
        ),
        ("It does not answer", ("06_ecs/deploy.json", "starter", 0), "3 of 3 run"),
        ("It does not answer", ("06_ecs/deploy.json", "starter", 0), "502 nobody listens"),
        ("It does not answer", ("06_ecs/deploy.json", "starter", 0), "503 No registered targets"),
        ("Security for ML APIs", ("03_dockerfile/build.json", "starter", 2), "ENV TRACKER_TOKEN="),
    ],
)
def test_a_story_of_a_recorded_run_is_what_the_run_shows(decks, heading, shown, output):
    note = note_of(decks, heading)

    assert output in step(*shown)["output"]
    assert re.search(r"[Rr]ecorded|on a real cluster", note)


def test_the_seconds_of_the_cluster_are_those_of_the_recorded_runs(decks):
    path = "05_kubernetes/rollout.json"
    applied, waited = step(path, "starter", 0)["seconds"], step(path, "starter", 1)["seconds"]

    assert f"after {applied} seconds. {int(waited)} seconds later" in note_of(decks, "What is Kubernetes?")
    rolled = f"rolled out in {step(path, 'solution', 1)['seconds']:.0f} seconds"
    assert rolled in note_of(decks, "Deploying to Kubernetes")


def test_the_jobs_that_ran_after_a_failing_test_are_those_of_the_recorded_runs(decks):
    ends = {of: step("07_github_actions/push.json", of, 1)["output"].split("\n") for of in ("starter", "solution")}
    jobs = {of: [line.split(maxsplit=1) for line in lines if "now runs" not in line] for of, lines in ends.items()}

    assert [end for _, end in jobs["starter"]] == ["failure", "success", "success", "success"]
    assert jobs["starter"][-1][0] == "production"
    assert [end for _, end in jobs["solution"]] == ["failure"] + 4 * ["did not run"]
    assert "one job that failed and three that succeeded" in note_of(decks, "A test fails. Which jobs run?")
    assert "none of the four others ran" in note_of(decks, "A pipeline is a graph")


def test_prices_in_notes_are_worked_out_from_the_facts(decks, values):
    cost = {name: float(fact.value) for name, fact in values.facts.items() if re.fullmatch(r"\d+(\.\d+)?", fact.value)}

    def tasks(cpu: float, memory: float) -> float:
        return 2 * HOURS * (cpu * cost["fargate_vcpu_hour"] + memory * cost["fargate_gb_hour"])

    month, small = tasks(0.5, 1), tasks(0.25, 0.5)
    thousands = 365 / 12
    options = note_of(decks, "AWS Deployment Strategies")
    assert f"1 GB are {month:.0f} dollars a month by list prices" in options
    assert f"load balancer before them {HOURS * cost['alb_hour']:.0f}" in options
    paid = note_of(decks, "Cost per 1,000 predictions")
    assert f"0.5 GB are {small:.0f} dollars a month" in paid
    assert f"that is {100 * small / thousands / 10_000:.3f} cents per 1,000" in paid
    assert f"it is {100 * small / thousands:.0f} cents per 1,000" in paid
    shown = next(one for built in decks for one in built.deck.slides if one.heading == "Cost per 1,000 predictions")
    measured = published.rows()["naive"].lines
    assert [plain(cell) for cell in shown.blocks[0].rows[1]][1:] == [f"{measured[1].median:.0f} µs", "3,750 µs"]
    assert abs(measured[0].median - 3750) < 5, "correct the column of the naive endpoint"
    for cell, microseconds in ((1, 144), (2, 3750)):
        cents = 100 * microseconds / 1e6 * 1_000 / 3_600 * cost["fargate_vcpu_hour"]
        row = next(row for row in shown.blocks[0].rows if plain(row[0]).startswith("vCPU"))
        assert plain(row[cell]) == f"{cents:.4f} cents"
    asked = note_of(decks, "A query reads one day")
    assert f"costs {100 * cost['athena_tb'] / 30:.0f} cents when the query names a day" in asked
    assert 1_000 * cost["s3_put_thousand"] == 5
    assert "five dollars a day of uploads alone" in note_of(decks, "Prediction log")
    assert 20 * cost["codebuild_small_minute"] == pytest.approx(0.1)


def test_the_counts_in_notes_are_those_of_the_exercises(decks, values):
    checks = sum(
        path.read_text(encoding="utf-8").count("\n@check(") for path in (ROOT / "exercises").glob("*/checks/*.py")
    )
    wrong = len(list((ROOT / "exercises").glob("*/wrong/*/")))

    assert checks > 170 and "more than 170 checks" in note_of(decks, "Key Takeaways")
    for heading in ("Code that can be changed at night", "Thank You for Attending!"):
        assert wrong > 500 and "more than 500 wrong answers" in note_of(decks, heading)
    assert sum(one.full for one in values.outline.exercise) > 600
    assert "more than ten hours" in note_of(decks, "What We'll Cover Today")
