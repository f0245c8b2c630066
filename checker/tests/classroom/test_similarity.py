"""Hand-ins that are alike: found through small changes, and not where the exercise or chance explains it."""

from __future__ import annotations

import random

from checker.classroom.similarity import alike

STARTER = "def given():\n    return [" + ", ".join(str(n) for n in range(60)) + "]\n"


def work(seed: int, lines: int = 40) -> str:
    """An answer of somebody's own: no two seeds share a line."""
    rng = random.Random(seed)
    names = [f"{rng.choice('abcdefgh')}{rng.randrange(10**6)}" for _ in range(lines)]
    return "\n".join(
        f"{name} = {other} + {rng.randrange(10**6)}" for name, other in zip(names, names[::-1], strict=True)
    )


def found(**hand_ins: str) -> list[tuple[str, str, bool]]:
    files = {who: {"app.py": text} for who, text in hand_ins.items()}
    return [(one.left, one.right, one.same) for one in alike("01_x", {"app.py": STARTER}, files)]


def test_own_work_is_not_alike():
    assert found(**{f"p{seed}": STARTER + work(seed) for seed in range(6)}) == []


def test_a_copy_with_other_layout_and_comments_is_the_same_text():
    copied = "# all my own\n\n" + work(1).replace(" = ", "  =  ").replace("\n", "  # mine\n")

    assert found(ann=work(1), ben=copied, cem=work(2)) == [("ann", "ben", True)]


def test_a_copy_with_a_few_changes_is_found_with_its_lines():
    lines = work(1).split("\n")
    lines[5], lines[6] = "changed = 1", "also = 2"
    files = {
        "ann": {"app.py": work(1)},
        "ben": {"app.py": "\n".join(["import os", *lines])},
        "cem": {"app.py": work(2)},
    }

    (one,) = alike("01_x", {"app.py": STARTER}, files)

    assert (one.left, one.right, one.same, one.share > 0.8) == ("ann", "ben", False, True)
    assert (one.span.left, one.span.right) == ("app.py, lines 8 to 40", "app.py, lines 9 to 41")


def test_what_the_starter_gives_does_not_count():
    assert found(ann=STARTER + "a = 1", ben=STARTER + "b = 2", cem=STARTER) == []


def test_short_answers_agree_by_chance():
    assert found(ann="x = 1\n" * 3, ben="x = 1\n" * 3) == []


def test_what_many_wrote_belongs_to_the_exercise():
    asked = work(99)
    people = {f"p{seed}": f"own_{seed} = {seed}\n{asked}" for seed in range(8)}

    assert found(**people) == []


def test_many_with_the_same_text_are_named_all_the_same():
    people = {f"p{number}": work(1) for number in range(6)}

    assert found(**people) == [("p0", f"p{number}", True) for number in range(1, 6)]


def test_starters_as_given_are_not_compared():
    assert found(ann=STARTER, ben=STARTER) == []
