"""Law 6: which mutants are made, which are caught, and what the lock remembers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from checker.course import find_course
from checker.law import leaves, lock, matrix, mutants
from checker.law.bench import Bench
from checker.law.catching import Catch, catch_all, free_is_used, is_caught, mutants_are_caught, none_survives_anew
from checker.law.selftest import main

PLAIN = """@cache
def f(a, b=1):
    \"\"\"Words.\"\"\"
    if not a < b and a in (2, "x"):
        g(a, key=True)
    return a + b
"""


def test_every_kind_of_code_mutant_is_made() -> None:
    names = [mutant.name.removeprefix("m.py, f: ") for mutant in mutants.mutants_of("m.py", PLAIN)]

    assert names == [
        "delete def f(a, b=1):", "drop decorator cache", "change number 1", 'delete if not a < b and a in (2, "x"):',
        'and becomes or in not a < b and a in (2, "x")', "drop not of not a < b", "< becomes <= in a < b",
        "< becomes >= in a < b", 'in becomes not in in a in (2, "x")', "change number 2", "change text 'x'",
        "delete g(a, key=True)", "drop argument key of g", "True becomes False", "return None, not a + b",
        "+ becomes - in a + b",
    ]  # fmt: skip


def test_a_mutant_changes_one_place_of_the_text() -> None:
    found = {mutant.name: mutant.text for mutant in mutants.mutants_of("m.py", PLAIN)}

    assert found["m.py, f: < becomes <= in a < b"] == PLAIN.replace("a < b", "a <= b")
    assert found["m.py, f: drop argument key of g"] == PLAIN.replace(", key=True", "")
    assert found["m.py, f: drop decorator cache"] == PLAIN.replace("@cache", "")


def test_only_marked_regions_are_mutated_and_know_their_task() -> None:
    text = (
        "a = 1\n# BEGIN SOLUTION 2\n#| b = 0\nb = 2\n# END SOLUTION\nc = 3\n# BEGIN SOLUTION 1\nd = 4\n# END SOLUTION\n"
    )

    found = mutants.mutants_of("m.py", text)

    assert [(one.task, one.name) for one in found] == [
        (2, "m.py, module: delete b = 2"), (2, "m.py, module: change number 2"),
        (1, "m.py, module: delete d = 4"), (1, "m.py, module: change number 4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "names"),
    [
        ("answers.toml", "a = 1\n", ["remove a", "change a"]),
        ("t.json", '{"a": [1, {"b": null}]}', ["remove a.0", "change a.0", "remove a.1.b", "change a.1.b"]),
        ("d.yaml", "a: {}\n---\nb: x\n", ["remove 0.a", "change 0.a", "remove 1.b", "change 1.b"]),
        ("w.yml", "on: push\n", ["remove 0.on", "change 0.on"]),
        (
            "Dockerfile",
            "FROM a\n# why\nRUN b \\\n  c\n",
            ["remove FROM a", "remove RUN b \\", "change a on line 1", "change b on line 3", "change c on line 4"],
        ),
        (
            "Dockerfile",
            "COPY --from=a /b .\n",
            ["remove COPY --from=a /b .", "remove --from=a on line 1", "change /b on line 1"],
        ),
        (".dockerignore", "# why\n*.a\n\n!b\n", ["remove *.a", "remove !b"]),
        ("app.py", "x = 1\n", []),
    ],
)
def test_every_leaf_is_removed_and_changed(file, text, names) -> None:
    assert [mutant.name for mutant in leaves.mutants_of(file, text)] == [f"{file}: {name}" for name in names]


def test_a_removed_leaf_is_gone_and_a_changed_one_differs() -> None:
    removed, changed = leaves.mutants_of("answers.toml", "a = true\n")

    assert (removed.text, changed.text) == ("", "a = false\n")


@pytest.mark.slow
def test_a_change_that_changes_nothing_survives(case, bench) -> None:
    answer = matrix.solution(case, bench.answers(case))
    same = mutants.Mutant("same", "parcel.py", 1, answer.files["parcel.py"].decode() + "# a comment\n")
    other = mutants.Mutant("other", "parcel.py", 2, same.text.replace("return 4", "return 5"))

    assert [is_caught(case, bench, answer, mutant) for mutant in (same, other)] == [False, True]


def test_survivors_are_listed(case) -> None:
    few = mutants_are_caught(case, Catch(20, (), ("a.py, f: x",), ("b.json: y",), 18))
    leaf = mutants_are_caught(case, Catch(20, (), (), ("b.json: y",), 18))

    how = "Sharpen a check, or list it in variants.toml [free] with the reason why no user could tell. Survivors:"
    assert few == [f"01_parcel: 17 of 18 code mutants are caught, 98% is asked. {how}\n  a.py, f: x\n  b.json: y"]
    assert leaf == [f"01_parcel: 1 leaves may change unnoticed. {how}\n  b.json: y"]


def test_a_survivor_that_the_lock_does_not_know_is_listed(case) -> None:
    known = none_survives_anew(case, Catch(20, (), ("a.py, f: x",), (), 18), ["a.py, f: x"])
    new = none_survives_anew(case, Catch(20, (), ("a.py, f: x",), ("b.json: y",), 18), ["a.py, f: x"])

    assert known == []
    assert new == [
        "01_parcel: 1 mutants survive that were caught when the lock was written. A change of the checker lets them "
        "through; `checker selftest 01 --mutants` counts all. Survivors:\n  b.json: y"
    ]


class Losing:
    """A bench that grades nothing: whatever it is given loses a row."""

    def __init__(self, bench: Bench) -> None:
        self.answers = bench.answers

    def grade(self, *_: Any, **__: Any) -> SimpleNamespace:
        return SimpleNamespace(rows=[SimpleNamespace(good=False, verdict="not_yet")])


def test_parts_counted_one_after_the_other_are_all_mutants(case, bench) -> None:
    names, whole = [], []
    for first in range(3):
        catch_all(case, Losing(bench), first=first, step=3, tell=names.append)
    catch_all(case, Losing(bench), tell=whole.append)

    assert sorted(names) == sorted(whole)
    assert len(whole) == 18


def test_a_pattern_frees_many(case) -> None:
    freed = replace(case, variants=replace(case.variants, free={"parcel.py, price: *": "why"}))

    assert free_is_used(freed, mutants.code_mutants(freed)) == []


@pytest.mark.slow
def test_the_miniature_exercise_catches_all(course, monkeypatch, capsys) -> None:
    monkeypatch.chdir(course.root)

    assert main(["1", "--mutants"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("01_parcel: ok, 18 of 18 mutants caught, 1 free (")
    assert last == "wrote mutants.lock"
    locked = lock.read_lock(course)["01_parcel"]
    assert (locked["mutants"], locked["caught"], locked["free"], locked["survivors"]) == (18, 18, 1, [])


def test_the_lock_holds_until_a_file_that_decides_changes(course, case, edited) -> None:
    lock.write_lock(course, {case.slug: (lock.digest(case), Catch(18, (), (), (), 16))})

    assert lock.lock_is_current(course, edited("README.md", "", "More prose.\n")) == []
    assert lock.lock_is_current(course, edited("solution/parcel.py", "4 +", "5 +")) == [
        "mutants.lock is out of date for 01_parcel. Run `checker selftest --mutants` and commit the file."
    ]


@pytest.mark.slow
def test_selftest_tells_what_is_wrong(course, edited, monkeypatch, capsys) -> None:
    edited("starter/parcel.py", 'f"{town} {name}"', 'f"{name}, {town.upper()}"')
    monkeypatch.chdir(course.root)

    assert main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("01_parcel: 1 fault(s) (")
    assert lines[1:] == [
        "  01_parcel/starter earns 2 of 2 points for 'label'. "
        "Make that check a guard with 0 points, or take from the starter what passes it."
    ]


def test_selftest_cannot_check_what_it_cannot_read(course, monkeypatch, capsys) -> None:
    (course.exercises_folder / "01_parcel" / "variants.toml").unlink()
    monkeypatch.chdir(find_course(course.root).root)

    assert main(["1"]) == 3
    assert capsys.readouterr().out.splitlines()[1] == (
        "  01_parcel/variants.toml is not there. Write it; checker/API.md shows its form."
    )
