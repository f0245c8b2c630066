"""Computed runs: who runs after whom, with which rights and values; sources stand at the cases."""

from __future__ import annotations

from typing import Any

import pytest

from checker.workflows import events
from checker.workflows.reading import read
from checker.workflows.results import Fault, Run
from checker.workflows.runner import run


def made(jobs: str, event: events.Event | None = None, *, head: str = "", **more: Any) -> Run:
    text = f"on: [push, pull_request, pull_request_target, workflow_dispatch]\n{head}\njobs:\n{jobs}"
    return run(read("a.yml", text), event or events.push(), **more)


def results(found: Run) -> dict[str, str]:
    return {job.name: job.result for job in found.jobs}


THREE = """
  a: {steps: [{run: work}]}
  b: {needs: a, IF steps: [{run: work}]}
  c: {needs: [b], steps: [{run: work}]}
"""


# GitHub's documentation: jobs.<job_id>.needs, status check functions; actions/runner #2205 for the skipped chain
@pytest.mark.parametrize(
    ("condition", "fails", "due"),
    [
        ("", "", "success success success"),
        ("", "a", "failure skipped skipped"),
        ("if: always(),", "a", "failure success skipped"),
        ("if: '!cancelled()',", "a", "failure success skipped"),
        ("if: failure(),", "a", "failure success skipped"),
        ("if: failure(),", "", "success skipped skipped"),
        ("if: github.ref == 'main',", "", "success skipped skipped"),
        ("if: \"always() && needs.a.result == 'success'\",", "a", "failure skipped skipped"),
    ],
)  # fmt: skip
def test_jobs_run_or_are_skipped(condition: str, fails: str, due: str) -> None:
    found = made(THREE.replace("IF", condition), fault=Fault(job=fails))

    assert " ".join(results(found).values()) == due


# actions/runner #1161: the result that other jobs see is success. act leaves continue-on-error of jobs out.
def test_a_job_that_may_fail_lets_the_others_go_on() -> None:
    found = made(
        "  a: {continue-on-error: true, steps: [{run: work}]}\n  b: {needs: a, steps: []}", fault=Fault(job="a")
    )

    assert results(found) == {"a": "success", "b": "success"}


def test_why_a_job_did_not_run_is_told() -> None:
    found = made(THREE.replace("IF", "if: github.ref == 'main',"))

    assert [job.why for job in found.jobs] == [
        "", "its `if` is false: github.ref == 'main'", "it needs b, which was skipped",
    ]  # fmt: skip


def test_a_cancelled_run_goes_on_only_where_it_is_told_to() -> None:
    jobs = "  a: {steps: [{run: work}]}\n  b: {needs: a}\n  c: {needs: a, if: always()}\n  d: {if: '!cancelled()'}"

    assert results(made(jobs, fault=Fault(cancelled_in="a"))) == {
        "a": "cancelled", "d": "skipped", "b": "skipped", "c": "success",
    }  # fmt: skip


def test_jobs_without_an_arrow_run_together() -> None:
    first, second, third = made("  a: {}\n  b: {}\n  c: {needs: a}").jobs

    assert made("  a: {}").together(first, second)
    assert not made("  a: {}").together(first, third)


def test_a_failed_command_ends_its_step_and_the_steps_after_it() -> None:
    jobs = '  a: {steps: [{run: "pytest\\nbuild"}, {run: push}, {run: tell, if: always()}]}'

    found = made(jobs, fault=Fault(command=lambda command: command.text == "pytest"))

    assert [command.text for _, _, command in found.commands()] == ["pytest", "tell"]
    assert results(found) == {"a": "failure"}


@pytest.mark.parametrize(
    ("script", "result"),
    [
        ("pytest || exit 0", "success"),
        ("pytest || { echo failed; exit 1; }", "failure"),
        ("set +e; pytest; code=$?; echo $code; exit $code", "failure"),
        ("set +e; pytest; echo done", "success"),
        ("if ! pytest; then exit 1; fi", "failure"),
        ("pytest && echo fine || echo failed", "success"),
        ("pytest | tee log", "success"),
        ("set -o pipefail; pytest | tee log", "failure"),
        ("(pytest)", "failure"),
        ("for part in a b; do pytest $part; done", "failure"),
    ],
)
def test_exit_code_of_the_whole_script_decides(script: str, result: str) -> None:
    found = made(
        f"  a: {{steps: [{{run: '{script}'}}]}}", fault=Fault(command=lambda command: "pytest" in command.words[:1])
    )

    assert results(found) == {"a": result}


# GitHub's documentation of steps[*].shell: a template of one's own has no -e.
@pytest.mark.parametrize(
    ("shell", "result"), [("bash {0}", "success"), ("bash -e {0}", "failure"), ("bash", "failure"), ("sh", "failure")]
)
def test_a_shell_of_ones_own_may_pass_over_a_failure(shell: str, result: str) -> None:
    fault = Fault(command=lambda command: command.text == "pytest")

    found = made(f'  a: {{steps: [{{shell: "{shell}", run: "pytest\\necho done"}}]}}', fault=fault)

    assert results(found) == {"a": result}


@pytest.mark.parametrize("script", ["trap 'exit 0' EXIT; pytest", "t() { pytest || return 0; }; t"])
def test_a_trap_and_a_function_may_hide_a_failure(script: str) -> None:
    fault = Fault(command=lambda command: command.text == "pytest")

    assert results(made(f'  a: {{steps: [{{run: "{script}"}}]}}', fault=fault)) == {"a": "success"}


def test_an_action_fails_where_the_scenario_says_so() -> None:
    fault = Fault(step=lambda step: step.action == "./test")

    found = made("  a: {steps: [{uses: ./test}]}\n  b: {needs: a, steps: []}", fault=fault)

    assert results(found) == {"a": "failure", "b": "skipped"}


def test_what_was_only_loaded_has_no_digest() -> None:
    jobs = "  a: {outputs: {d: '${{ steps.p.outputs.digest }}'}, steps: [{id: p, uses: %s, with: {load: true}}]}"

    (job,) = made(jobs % "docker/build-push-action@v7").jobs

    assert job.outputs == {"d": "‹image id of a›"}


def test_outputs_travel_along_needs_and_no_further() -> None:
    jobs = """
  a:
    outputs: {tag: "${{ steps.s.outputs.tag }}", no: "${{ steps.s.outputs.nothing }}"}
    steps: [{id: s, run: 'echo "tag=v7" >> "$GITHUB_OUTPUT"'}]
  b: {needs: a, steps: [{run: "use [$T]", env: {T: "${{ needs.a.outputs.tag }}"}}]}
  c: {needs: b, steps: [{run: "use [${{ needs.a.outputs.tag }}] [${{ needs.a.outputs.no }}]"}]}
"""

    assert [command.text for _, _, command in made(jobs).commands()][1:] == ["use [v7]", "use [] []"]


def test_a_digest_leads_back_to_the_step_that_made_it() -> None:
    jobs = """
  a:
    outputs: {d: "${{ steps.p.outputs.digest }}"}
    steps: [{id: p, uses: docker/build-push-action@v7}]
  b: {needs: a, steps: [{run: "use ${{ needs.a.outputs.d }}"}]}
"""
    found = made(jobs)
    (command,) = (command for _, _, command in found.commands())

    assert command.words[1].startswith("sha256:")
    assert found.origins[command.words[1]][0] == "a"


WRITES = "permissions: {contents: write, id-token: write}"


# GitHub's documentation: permissions; "Events that trigger workflows", pull requests from forks
@pytest.mark.parametrize(
    ("head", "job", "event", "due"),
    [
        ("", "", events.push(), None),
        ("permissions: {contents: read}", "", events.push(), {"contents": "read"}),
        ("permissions: {contents: read}", "permissions: {id-token: write}", events.push(), {"id-token": "write"}),
        (WRITES, "", events.pull_request(fork=True), {"contents": "read", "id-token": "none"}),
        (WRITES, "", events.pull_request(), {"contents": "write", "id-token": "write"}),
        (WRITES, "", events.pull_request(fork=True, target=True), {"contents": "write", "id-token": "write"}),
        ("permissions: {}", "", events.push(), {}),
    ],
)  # fmt: skip
def test_tokens_have_the_rights_of_the_documentation(head: str, job: str, event: events.Event, due: Any) -> None:
    (found,) = made(f"  a: {{{job}}}", event, head=head).jobs

    assert found.permissions == due


def test_write_all_includes_the_identity_and_the_default_does_not() -> None:
    (all_, default) = (made("  a: {}", head=head).jobs[0] for head in ("permissions: write-all", ""))

    assert (all_.may("id-token"), default.may("id-token"), default.may("contents")) == ("write", "none", "write")


def test_a_fork_gets_no_secret() -> None:
    jobs = "  a: {steps: [{run: 'use [${{ secrets.KEY }}]'}]}"

    told = [next(made(jobs, events.pull_request(fork=fork)).commands())[2].text for fork in (True, False)]

    assert told == ["use []", "use [‹secrets.KEY›]"]


def test_a_matrix_side_by_side_and_one_by_one() -> None:
    jobs = "  a: {strategy: {MAX matrix: {e: [one, two], include: [{e: two, x: 1}, {e: three}]}}, steps: [{run: work}]}"
    fault = Fault(job="a (one)")

    assert results(made(jobs.replace("MAX", ""), fault=fault)) == {
        "a (one)": "failure", "a (two, 1)": "success", "a (three)": "success",
    }  # fmt: skip
    assert results(made(jobs.replace("MAX", "max-parallel: 1,"), fault=fault)) == {
        "a (one)": "failure", "a (two, 1)": "cancelled", "a (three)": "cancelled",
    }  # fmt: skip


CALLED = """
on:
  workflow_call:
    inputs: {to: {type: string}}
    outputs: {made: {value: "${{ jobs.x.outputs.m }}"}}
jobs:
  x:
    environment: ${{ inputs.to }}
    permissions: {contents: write, id-token: write}
    outputs: {m: "made for ${{ inputs.to }}"}
    steps: [{run: "use [${{ secrets.KEY }}]"}]
  y: {if: false}
"""


def test_a_called_workflow_runs_inside_its_caller() -> None:
    jobs = """
  a: {uses: ./.github/workflows/b.yml, with: {to: staging}, permissions: {contents: read, id-token: write}}
  z: {needs: a, steps: [{run: "say ${{ needs.a.outputs.made }}"}]}
"""
    found = made(jobs, called={"b.yml": read("b.yml", CALLED)})
    inner = next(job for job in found.jobs if job.name == "a / x")

    assert results(found) == {"a / x": "success", "a / y": "skipped", "a": "success", "z": "success"}
    assert (inner.environment, inner.permissions) == ("staging", {"contents": "read", "id-token": "write"})
    assert [command.text for _, _, command in found.commands()] == ["use []", "say made for staging"]


def test_what_cannot_be_computed_is_told_and_taken_both_ways() -> None:
    jobs = "  a: {if: vars.ON == 'yes', steps: []}"

    first, second = made(jobs, assume=True), made(jobs, assume=False)

    assert first.unclear == ("if of a (‹vars.ON›)",)
    assert (results(first), results(second)) == ({"a": "success"}, {"a": "skipped"})


def test_groups_are_computed() -> None:
    found = made(
        "  a: {concurrency: {group: 'x-${{ github.sha }}', cancel-in-progress: true}}", head="concurrency: all"
    )

    assert (found.group, found.cancels, found.jobs[0].group, found.jobs[0].cancels) == (
        "all", False, f"x-{events.SHA}", True,
    )  # fmt: skip


def test_a_step_knows_the_id_of_its_job() -> None:
    found = made("  staging: {steps: [{run: './deploy.sh ${{ github.job }} $GITHUB_JOB'}]}")

    assert [command.text for _, _, command in found.commands()] == ["./deploy.sh staging staging"]


def test_a_circle_and_a_missing_job_end_the_computation() -> None:
    found = made("  a: {needs: b}\n  b: {needs: a}\n  c: {needs: nobody}")

    assert set(results(found).values()) == {"skipped"}


# GitHub's documentation: defaults.run.shell; only a shell that is named has pipefail
@pytest.mark.parametrize(("head", "job", "result"), [
    ("", "", "success"), ("defaults: {run: {shell: bash}}", "", "failure"),
    ("defaults: {run: {shell: sh}}", "defaults: {run: {shell: bash}},", "failure"),
])  # fmt: skip
def test_a_default_shell_counts_for_every_step(head: str, job: str, result: str) -> None:
    jobs = f"  a: {{{job} steps: [{{run: pytest | tee log}}]}}"

    found = made(jobs, head=head, fault=Fault(command=lambda command: command.text == "pytest"))

    assert results(found) == {"a": result}
