"""`checker rollout` and `rollout(…)` show the same table."""

from __future__ import annotations

import pytest

from checker.cli import main
from checker.notebook import rollout

GOOD = """\
$ checker rollout deployment.yaml --replicas 2
shop: 2 replicas, maxSurge 1, maxUnavailable 0
computed, no cluster was asked; taken as given: a new pod is ready 5 s after its start

second  what happens      old serve  new serve  serving  pods
     0  before                    2          0        2     2
     0  1 new pod starts          2          0        2     3
     5  1 new pod serves          2          1        3     3
     5  1 old pod ends            1          1        2     2
     5  1 new pod starts          1          1        2     3
    10  1 new pod serves          1          2        3     3
    10  1 old pod ends            0          2        2     2

done after 10 s: at least 2 pods served, at most 3 existed
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, text):
    (tmp_path / "deployment.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_rollout_that_comes_to_its_end(capsys):
    assert main(["rollout", "deployment.yaml", "--replicas", "2"]) == 0

    assert capsys.readouterr().out == GOOD
    assert repr(rollout("deployment.yaml", replicas=2)) + "\n" == GOOD


def test_one_that_does_not(capsys):
    main(["rollout", "deployment.yaml", "--surge", "1", "--unavailable", "50%", "--never-ready"])

    out = capsys.readouterr().out.splitlines()
    assert out[0] == "$ checker rollout deployment.yaml --surge 1 --unavailable 50% --never-ready"
    assert out[2] == "computed, no cluster was asked; taken as given: no new pod ever becomes ready"
    assert out[-1] == "stuck: 2 old pods and 0 of 2 new pods serve"


def test_a_paused_one(folder, text):
    (folder / "deployment.yaml").write_text(text.replace("replicas: 3", "paused: true"))

    assert (
        repr(rollout("deployment.yaml", ready_after=9)).splitlines()[0]
        == "$ checker rollout deployment.yaml --ready-after 9"
    )
    assert repr(rollout("deployment.yaml")).endswith("paused: nothing happens until `kubectl rollout resume`")


def test_the_notebooks_form_is_a_table():
    page = rollout("deployment.yaml")._repr_html_()

    assert "<td>1 new pod starts</td>" in page
    assert "<p>done after 15 s: at least 3 pods served, at most 4 existed</p>" in page


@pytest.mark.parametrize(
    ("arguments", "content", "said"),
    [
        (["other.yaml"], "", "error: There is no file 'other.yaml' in {folder}.\ntry: ls\n"),
        (
            ["deployment.yaml"],
            "a: b: c\n",
            "error: deployment.yaml:1: line 1: mapping values are not allowed here.\ntry: mend deployment.yaml\n",
        ),
        (
            ["deployment.yaml"],
            "kind: Pod\n",
            "error: deployment.yaml holds no Deployment.\ntry: name the file that does\n",
        ),
        (
            ["deployment.yaml"],
            "kind: Deployment\napiVersion: apps/v1\nspec: {}\n",
            "error: deployment.yaml:3: Kubernetes 1.35 refuses it: spec lacks 'selector'.\ntry: mend deployment.yaml\n",
        ),
        (
            ["deployment.yaml", "--surge", "some"],
            None,
            "error: 'some' is neither a whole number nor a percentage.\ntry: --surge 1, or --surge 25%\n",
        ),
    ],
)
def test_what_cannot_be_computed_is_said_in_a_sentence(folder, capsys, arguments, content, said):
    if content is not None:
        (folder / "deployment.yaml").write_text(content)

    assert main(["rollout", *arguments]) == 2

    assert capsys.readouterr().err == said.format(folder=repr(str(folder)))


def test_a_cell_shows_what_is_wrong_and_goes_on():
    assert repr(rollout("other.yaml")).startswith("error: There is no file 'other.yaml'")
