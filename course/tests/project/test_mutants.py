"""The count of the project's mutants is of the reference as it is, and what is free has its reason."""

from __future__ import annotations

from datetime import date

import pytest

from checker.grade import Grader
from course.tests.project import final, mutants

LISTED = {name: mutants.of(name) for name in mutants.TASKS}


@pytest.mark.parametrize("name", mutants.TASKS)
def test_the_count_is_of_the_reference_as_it_is(name):
    known = mutants.known()[name]

    asked = [one for one in LISTED[name] if not known.is_free(one)]

    again = f"python -m course.tests.project.mutants {name}"
    assert known.caught == known.mutants - len(known.survivors)
    assert len(asked) == known.mutants, f"{name} has other mutants than when they were counted. Run {again}."


@pytest.mark.parametrize("name", mutants.TASKS)
def test_each_mutant_that_is_not_caught_is_there_and_has_a_reason(name):
    known = mutants.known()[name]

    listed = known.free | known.survivors
    assert set(listed) <= {one.name for one in LISTED[name]}
    assert len(listed) == len(known.free) + len(known.survivors)
    assert all(reason.strip() for reason in listed.values())


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_mutant_of_the_day_is_caught(bundle):
    known = mutants.known()
    asked = [
        one
        for name, many in LISTED.items()
        for one in many
        if not known[name].is_free(one) and one.name not in known[name].survivors
    ]
    chosen = asked[date.today().toordinal() % len(asked)]

    with Grader(final.COURSE, {"model": bundle}) as grader:
        assert mutants.is_caught(grader, chosen), chosen.name
