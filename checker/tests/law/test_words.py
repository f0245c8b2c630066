"""Every sentence of the rules about words: brief, titles, hints, TODOs, predictions, notebook, walkthrough."""

from __future__ import annotations

import pytest

from checker.law.rules import RULES

LONG = "Look. " * 25 + "Look"
BROKEN = [
    (
        "the brief has its shape",
        ("README.md", "One line that refuses such a weight would have prevented it.\n", ""),
        "01_parcel/README.md opens with 2 sentences. "
        "Open with three: what users saw, what it cost, which line would have prevented it.",
    ),
    (
        "the brief has its shape",
        ("README.md", "TODO 2", "Part 2"),
        "01_parcel/README.md has no 'TODO 2'. Say what must be true after task 2.",
    ),
    (
        "the brief has its shape",
        ("README.md", "checker check 1", "check it"),
        "01_parcel/README.md does not say 'checker check 1'. Say how to check without a notebook.",
    ),
    (
        "the brief has its shape",
        ("README.md", "", "- **a**: b\n" * 7),
        "01_parcel/README.md explains 8 new words. Explain at most 7, or teach fewer.",
    ),
    (
        "a TODO names no key",
        ("solution/parcel.py", "knows one form only.", "knows upper() only."),
        "01_parcel/solution/parcel.py: TODO 2 names 'upper', which the answer types. "
        "Say what must be true, not which key.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", f'hints=("{LONG}. Why?", *HINTS[1:])'),
        "01_parcel/checks: the nudge of 'bounds' has 27 words. Write 1 to 25.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", 'hints=("Is it simply a limit?", *HINTS[1:])'),
        "01_parcel/checks: the nudge of 'bounds' says 'simply'. Say it without.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", f'hints=("{"word " * 24}word", *HINTS[1:])'),
        f"01_parcel/checks: the nudge of 'bounds' has a sentence of 25 words: {('word ' * 25).strip()!r}. "
        "Cut it below 25.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", 'hints=("Look!", *HINTS[1:])'),
        "01_parcel/checks: the nudge of 'bounds' has an exclamation mark. End the sentence with a full stop.",
    ),
    (
        "hints have their length",
        (
            "checks/test_01_parcel.py",
            "hints=HINTS",
            'hints=(HINTS[0], "Write if not 1 <= weight <= 30: there.", HINTS[2])',
        ),
        "01_parcel/checks: the pointer of 'bounds' gives away the solution's line 'if not 1 <= weight <= 30:'. "
        "Ask a question instead.",
    ),
    (
        "titles are sentences",
        ("checks/test_01_parcel.py", "The label is what the machine reads.", "Label"),
        "01_parcel/checks: the title of 'label' is no sentence: 'Label'. End it with '.'.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", '# %%\nentry("01")', '# %%\ncheck("01")\n\n# %%\nentry("01")'),
        "01_parcel/notebook.py: check(\"01\") stands before section 'Break it'. Move it behind.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'id = "01.e3"', 'id = "01.e2"'),
        "01_parcel/predictions.toml: the id '01.e2' is given twice. Rename one.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", "task = 3", "task = 2"),
        "01_parcel/predictions.toml has no prediction for task 3. Ask what will be seen, before it is.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", " Half of them lie in the upper half.", ""),
        "01_parcel/predictions.toml: prediction '01.3' has a reason of 1 sentences. Write 2.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'options = { a = "yes", b = "no" }', 'options = { a = "yes" }'),
        "01_parcel/predictions.toml: entry '01.e3' has 1 options. Give two to four.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'a = "yes", b = "no"', 'b = "x", c = "y"'),
        "01_parcel/predictions.toml: entry '01.e3' has the answer 'a', which is no option. There are: b, c.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'read = "The Python tutorial, section 4.8"\n', ""),
        "01_parcel/predictions.toml: entry '01.e1' needs exactly answer, id, options, question, read, reason.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'id = "01.1"', 'id = "02.1"'),
        "01_parcel/predictions.toml: prediction '02.1' has no id of this exercise. Begin it with '01.'.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", "", "\n# %%\nprint()\n" * 16),
        "01_parcel/notebook.py has 46 cells. Join some, until there are 45.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", 'sh("python load.py")', "# %%writefile parcel.py"),
        "01_parcel/notebook.py: a cell uses %%writefile. "
        "Answers are files, edited beside the notebook; link to the file.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", 'predict("01.2", "a")', "pass"),
        "01_parcel/notebook.py has no predict(\"01.…\") of task 2. Add it after check(\"01\", task=1).",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", 'sh("python parcel.py")', "import parcel"),
        "01_parcel/notebook.py imports 'parcel' into the kernel, which keeps the old one. Run it with sh().",
    ),
    (
        "questions are answered",
        ("walkthrough.md", "Who else must know", "Who must know"),
        "01_parcel/walkthrough.md does not answer the notebook's question of task 1, "
        "'Who else must know the two limits?'. Quote and answer it.",
    ),
    (
        "questions are answered",
        ("notebook.py", "What would a second comma do to the machine?", "A comma parts."),
        "01_parcel/notebook.py: the Explain cell of task 2 asks nothing. End it with a question.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "edit", "sentences"), BROKEN)
def test_broken_words_are_named(rule, edit, sentences, edited) -> None:
    assert "\n".join(RULES[rule](edited(*edit))) == sentences
