"""Markers: starter and answer of a solution, one task's answer in place, and every refusal's full text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.markers import MarkerError, clean, derive, has_markers, put_in_place, regions, task_at, typed_lines

PYTHON = '''\
"""A counter."""

# BEGIN SOLUTION 1
import math

# END SOLUTION
class Counter:
    def add(self):
        # BEGIN SOLUTION 2
        #| # TODO 2: count it.
        #|
        #| if True:
        #|     raise NotImplementedError("TODO 2")
        self.n += 1
        # END SOLUTION
        return self.n
'''
STARTER = '''\
"""A counter."""

# BEGIN SOLUTION 1
# END SOLUTION
class Counter:
    def add(self):
        # BEGIN SOLUTION 2
        # TODO 2: count it.

        if True:
            raise NotImplementedError("TODO 2")
        # END SOLUTION
        return self.n
'''
ANSWER = '''\
"""A counter."""

import math

class Counter:
    def add(self):
        self.n += 1
        return self.n
'''


def test_starter_keeps_anchors_and_stubs_and_answer_has_neither():
    assert derive(PYTHON, "app.py") == (STARTER, ANSWER)


def test_a_file_without_markers_is_given_unchanged():
    assert derive("a: 1\n# a comment\n") == ("a: 1\n# a comment\n",) * 2


@pytest.mark.parametrize("comment", ["#", "--", "//"])
def test_every_line_comment_can_mark(comment):
    text = f"{comment} BEGIN SOLUTION 3\n{comment}| old\nnew\n{comment} END SOLUTION\n"

    assert derive(text) == (f"{comment} BEGIN SOLUTION 3\nold\n{comment} END SOLUTION\n", "new\n")


def test_regions_are_listed_by_task_with_their_answer():
    found = regions(PYTHON)

    assert {task: [one.answer for one in many] for task, many in found.items()} == {
        1: [("import math", "")],
        2: [("        self.n += 1",)],
    }


def test_the_answer_of_one_task_is_put_in_place_and_the_rest_stays_the_trainees():
    theirs = STARTER.replace("A counter", "My counter").replace("return self.n", "return int(self.n)")

    filled = put_in_place(theirs, PYTHON, 2, source="app.py")

    assert clean(filled) == ANSWER.replace("A counter", "My counter").replace("import math\n\n", "").replace(
        "return self.n", "return int(self.n)"
    )


def test_a_task_with_two_regions_is_filled_in_both():
    text = "# BEGIN SOLUTION 1\na\n# END SOLUTION\nkept\n# BEGIN SOLUTION 1\nb\n# END SOLUTION\n"

    filled = put_in_place(derive(text)[0], text, 1)

    assert filled == text


def test_all_tasks_in_place_make_the_answer():
    filled = put_in_place(put_in_place(STARTER, PYTHON, 1), PYTHON, 2)

    assert clean(filled) == ANSWER


def test_typed_lines_count_what_the_starter_does_not_hold():
    first = "# BEGIN SOLUTION 1\n#| same\n#| old\nsame\n\nnew\nmore\n# END SOLUTION\n"
    second = "# BEGIN SOLUTION 2\n# END SOLUTION\n"

    assert typed_lines(first + second) == {1: 2, 2: 0}


@pytest.mark.parametrize(
    ("text", "answer"), [("# BEGIN SOLUTION 1", True), ("#end solution", True), ("# begin", False)]
)
def test_markers_are_found_even_when_misspelled(text, answer):
    assert has_markers(text) is answer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# BEGIN SOLUTION 1\n# BEGIN SOLUTION 2\n",
            "app.py:2: a region begins inside the one opened on line 1. Close that one with '# END SOLUTION' first.",
        ),
        (
            "x = 1\n# END SOLUTION\n",
            "app.py:2: 'END SOLUTION' closes nothing. "
            "Put '# BEGIN SOLUTION N' with the task's number above it, or remove it.",
        ),
        (
            "# BEGIN SOLUTION 4\nx = 1\n",
            "app.py:1: the region of task 4 is never closed. Add '# END SOLUTION' after its last line.",
        ),
        (
            "# BEGIN SOLUTION\n",
            "app.py:1: '# BEGIN SOLUTION' is almost a marker. "
            "Write '# BEGIN SOLUTION N' with the task's number, or '# END SOLUTION'.",
        ),
        (
            "#| raise NotImplementedError\n",
            "app.py:1: the starter line '#| raise NotImplementedError' stands outside a region. "
            "Move it between '# BEGIN SOLUTION N' and '# END SOLUTION'.",
        ),
    ],
)
def test_markers_that_do_not_pair_up_are_refused(text, message):
    with pytest.raises(MarkerError) as error:
        derive(text, "app.py")

    assert str(error.value) == message


def test_an_answer_without_a_place_is_refused():
    with pytest.raises(MarkerError) as error:
        put_in_place("print('all mine')\n", PYTHON, 2, source="app.py")

    assert str(error.value) == (
        "app.py: task 2 needs 1 pair(s) of '# BEGIN SOLUTION 2' and '# END SOLUTION', and the file has 0. "
        "Put the two lines back around your work on task 2."
    )


def test_a_task_without_an_answer_in_the_file_is_refused():
    with pytest.raises(MarkerError) as error:
        put_in_place(STARTER, PYTHON, 7, source="app.py")

    assert str(error.value) == "app.py: task 7 has no marked answer in this file. Choose another task or file."


@pytest.mark.parametrize(
    ("line", "task"), [(1, None), (2, 4), (3, 4), (4, None), (5, None), (6, 12), (7, 12), (9, 12), (0, None)]
)
def test_a_line_stands_in_the_place_of_a_task(line, task):
    """A place that is never closed reaches to the end."""
    text = "a\n  # BEGIN SOLUTION 4\nb\n  # END SOLUTION\nc\n# BEGIN SOLUTION 12\nd\n"

    assert task_at(text, line) == task


def test_odd_line_breaks_of_a_trainee_survive():
    theirs = 'x = "\u2028"\n\x0c\n# BEGIN SOLUTION 1\n# END SOLUTION\n'

    assert put_in_place(theirs, PYTHON, 1) == theirs.replace("1\n", "1\nimport math\n\n", 1)


LINES = st.lists(st.sampled_from(["x = 1", "    y = 2", "", "# note", "#| stub", "#|"]), max_size=6)


@given(before=LINES.map(lambda ls: [x for x in ls if not x.startswith("#|")]), inner=LINES)
def test_filling_a_starter_always_gives_the_answer(before, inner):
    text = "".join(f"{line}\n" for line in [*before, "# BEGIN SOLUTION 1", *inner, "# END SOLUTION"])
    starter, answer = derive(text)

    assert clean(put_in_place(starter, text, 1)) == answer
