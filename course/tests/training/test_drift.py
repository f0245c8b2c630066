"""The lesson in numbers: inputs that move without harm, harm without inputs that move."""

import re
from pathlib import Path

import numpy as np
import pytest

from course import facts
from course.training.drift import Simulation, judge, line, main, psi
from course.training.scenarios import SCENARIOS


@pytest.fixture(scope="module")
def judged(full_folder):
    simulation = Simulation.of(full_folder)
    found = {name: judge(name, *simulation.meet(SCENARIOS[name])) for name in ("young-users", "lost-history")}
    return simulation, found | {"tastes-flip": judge("tastes-flip", *simulation.meet(SCENARIOS["tastes-flip"]))}


def test_equal_samples_have_no_psi_and_moved_ones_do():
    random = np.random.RandomState(1)
    values = random.normal(size=4000)

    assert psi(values, random.normal(size=4000)) < 0.02
    assert psi(values, values + 1) > 0.5


def test_psi_of_values_that_left_all_bins_is_large_and_finite():
    assert 1 < psi(np.arange(100.0), np.full(100, 1e9)) < 20


@pytest.mark.slow
def test_a_large_change_of_inputs_hurts_nothing(judged):
    _, found = judged
    young = found["young-users"]

    assert young.psi["age"] > 1
    assert young.auc[1] == pytest.approx(young.auc[0], abs=0.01)


@pytest.mark.slow
def test_a_broken_table_moves_a_feature_and_the_scores_and_hurts(judged):
    _, found = judged
    lost = found["lost-history"]

    assert lost.psi["item_like"] > 1
    assert lost.psi["prediction"] > 0.25
    assert lost.auc[0] - lost.auc[1] > 0.04


@pytest.mark.slow
def test_flipped_tastes_hurt_most_and_move_neither_inputs_nor_scores(judged):
    _, found = judged
    flip = found["tastes-flip"]

    assert max(flip.psi.values()) < 0.02
    assert flip.auc[0] - flip.auc[1] > 0.1


FACTS = facts.load()
PAGE = Path(__file__).parents[3] / "docs/pages/parts/06_monitoring_and_observability/6.1_monitoring.md"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "row"), [("young-users", "people under 25"), ("lost-history", "the job"), ("tastes-flip", "everybody's")]
)
def test_the_page_shows_these_figures(judged, name, row):
    one = judged[1][name]
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {row}"))

    moved, scores, before, after = map(float, re.findall(r"\d+\.\d+", line))

    assert moved == pytest.approx(max(one.psi["age"], one.psi["item_like"]), abs=0.01)
    assert scores == pytest.approx(one.psi["prediction"], abs=0.01)
    assert (before, after) == pytest.approx(one.auc, abs=0.01)


@pytest.mark.slow
def test_the_facts_are_these_figures(judged):
    young, flip = judged[1]["young-users"], judged[1]["tastes-flip"]
    shown = [float(FACTS[name].value) for name in ("psi_harmless", "auc_before", "auc_after")]

    assert shown == pytest.approx([young.psi["age"], *flip.auc], abs=0.01)


@pytest.mark.slow
def test_a_model_retrained_on_late_labels_recovers(judged):
    simulation, _ = judged

    old, new, count = simulation.repaired(SCENARIOS["tastes-flip"])

    assert 5_000 < count < 10_000
    # What pages and slides say of it.
    assert (float(FACTS["auc_flip"].value), float(FACTS["auc_retrained"].value)) == pytest.approx((old, new), abs=0.01)


@pytest.mark.slow
def test_a_row_of_the_table_reads_from_left_to_right(judged):
    _, found = judged

    row = line(found["tastes-flip"])

    assert row.split()[0] == "tastes-flip"
    assert row.count(" > ") == 3


@pytest.mark.slow
def test_the_command_shows_the_scenarios_that_are_named(full_folder, capsys):
    assert main(["none", "--data", str(full_folder)]) == 0

    said = capsys.readouterr().out
    assert "\nnone " in said
    assert "tastes-flip" not in said


def test_the_command_refuses_an_unknown_scenario(capsys):
    assert main(["nonsense"]) == 2

    assert capsys.readouterr().err == (f"error: There is no scenario 'nonsense'.\ntry: one of {', '.join(SCENARIOS)}\n")
