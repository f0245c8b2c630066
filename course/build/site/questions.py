"""The question bank as pages: a form to practice with, and the model answer folded below it, which needs no script."""

from __future__ import annotations

import html
import re
from pathlib import Path, PurePosixPath

from checker.bank import Item, Objective, Topic, read_checks

FOLDER = "questions"
SCRIPT = "assets/quiz.js"
CHECKS = {
    "entry": ("Entry check", "Ten questions before the course: they show which parts to take slowly."),
    "exit": ("Exit check", "The same ten objectives after the course, with other questions."),
}


def pages(root: Path, bank: tuple[Topic, ...]) -> dict[Path, Path | str]:
    """An index, a page per topic and one per check, by path in the site."""
    objectives = read_checks(root / "course" / "questions", bank)
    made: dict[Path, Path | str] = {Path(FOLDER, "index.md"): _index(bank)}
    made |= {Path(FOLDER, f"{slug(topic)}.md"): _topic(topic) for topic in bank}
    items = {item.id: item for topic in bank for item in topic.items}
    made |= {Path(FOLDER, f"{name}_check.md"): _check(name, objectives, items) for name in CHECKS}
    return made


def anchor(item: Item) -> str:
    """Where a question stands on its topic's page."""
    return f"q-{item.id.replace('.', '-')}"


def below(page: Path, bank: tuple[Topic, ...]) -> str:
    """What a section's page ends with: the questions of the bank that it answers, folded away."""
    found = [(topic, item) for topic in bank for item in topic.items if item.page == page.as_posix()]
    if not found:
        return ""
    up = "../" * (len(page.parts) - 1)
    links = [f"    - [{item.id} {item.asks}]({up}{FOLDER}/{slug(topic)}.md#{anchor(item)})" for topic, item in found]
    return "\n".join(["", f'??? abstract "Questions to practice on this page: {len(found)}"', "", *links, ""])


def slug(topic: Topic) -> str:
    """The name of a topic's page: its number in two digits and its title."""
    words = re.sub(r"[^a-z0-9]+", "_", topic.title.lower()).strip("_")
    return f"{int(topic.number):02d}_{words}"


def _index(bank: tuple[Topic, ...]) -> str:
    count = sum(len(topic.items) for topic in bank)
    lines = [
        "# Questions",
        "",
        f"{count} open questions, each with a model answer and what a good answer names.",
        "Above each stands a form that says why an option is right or not.",
        "Write your own answer first, then open ours and tick what you had.",
        "In a terminal the same questions are asked by `checker quiz`.",
        "",
        "| | Topic | Questions |",
        "|--:|:--|--:|",
        *(f"| {topic.number} | [{topic.title}]({slug(topic)}.md) | {len(topic.items)} |" for topic in bank),
        "",
        "## Before and after",
        "",
        *(f"- [{title}]({name}_check.md): {what}" for name, (title, what) in CHECKS.items()),
        "",
    ]
    return "\n".join(lines)


def _topic(topic: Topic) -> str:
    head = f'# {topic.title}\n\n<p class="quiz-count" data-quiz-count></p>\n'
    return "\n".join([head, *map(_section, topic.items), _script()])


def _section(item: Item) -> str:
    points = "\n".join(f"    - {point}" for point in item.points)
    answer = "\n".join(f"    {line}" for line in item.answer.splitlines())
    return (
        f"## {item.id} {item.asks} {{ #{anchor(item)} }}\n\n{form(item)}\n\n"
        f'??? note "Model answer"\n\n{answer}\n\n    A good answer names:\n\n{points}\n\n'
        f"    Taught on {_taught(item)}.\n"
    )


def _taught(item: Item) -> str:
    """A link that says where it leads: a list of links names the section of each."""
    section = PurePosixPath(item.page).name.partition("_")[0]
    return f"[the page of section {section}](../{item.page})"


def _check(name: str, objectives: tuple[Objective, ...], items: dict[str, Item]) -> str:
    title, what = CHECKS[name]
    sure = "Say for each whether you are sure: what you were sure of and had wrong comes first."
    lines = [f"# {title}", "", what, sure, ""]
    lines += ['<p class="quiz-count" data-quiz-count></p>', ""]
    for number, one in enumerate(objectives, start=1):
        item = items[getattr(one, name)]
        lines += [
            f"## {number}. {one.says[0].upper()}{one.says[1:]}", "", form(item, check=name), "",
            f"Taught on {_taught(item)}.", "",
        ]  # fmt: skip
    return "\n".join([*lines, _script()])


def form(item: Item, *, check: str = "") -> str:
    """A form of radio buttons, in one line so that Markdown leaves it alone. A check asks how sure one is."""
    name = f"{check or 'q'}-{item.id.replace('.', '-')}"
    options = "".join(_option(name, letter, option.text, option.why, right=option.right)
                      for letter, option in item.letters.items())  # fmt: skip
    sure = (
        f'<p><input type="checkbox" id="{name}-sure" name="sure"> <label for="{name}-sure">I am sure</label></p>'
        if check
        else ""
    )
    right = item.letters[item.right]
    return (
        f'<form class="quiz" data-quiz="{check or "topic"}:{item.id}"><fieldset><legend>{_inline(item.prompt)}</legend>'
        f'{options}</fieldset>{sure}<button type="submit" aria-label="Check question {item.id}">Check</button> '
        '<output role="status"></output>'
        f"<noscript><details><summary>The right option</summary><p>{_inline(right.text)}. {_inline(right.why)}</p>"
        f"</details></noscript></form>"
    )


def _option(name: str, letter: str, text: str, why: str, *, right: bool) -> str:
    id = f"{name}-{letter}"
    return (
        f'<p class="quiz-option"><input type="radio" name="{name}" id="{id}" value="{letter}"'
        f'{" data-right" if right else ""}> <label for="{id}">{_inline(text)}</label>'
        f'<span class="quiz-why" id="{id}-why" hidden>{_inline(why)}</span></p>'
    )


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _script() -> str:
    return f'\n<script src="../{SCRIPT}"></script>\n'
