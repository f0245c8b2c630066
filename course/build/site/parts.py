"""The pages of the ten parts: what each part holds, from the outline and the section pages that are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from course.outline import Outline, Part, Section

FOLDER = "parts"
KEYS = {"section", "question"}


class PageError(ValueError):
    """A page says something that the site cannot use; the message names the page and what to change."""


@dataclass(frozen=True)
class SectionPage:
    """A hand-written page of one section: the question that it answers stands in its front matter."""

    path: Path
    section: str
    question: str


def section_pages(pages: Path) -> dict[str, SectionPage]:
    """The section pages below docs/pages/parts by section id. Raises PageError for one without its front matter."""
    found: dict[str, SectionPage] = {}
    for path in sorted((pages / FOLDER).glob("*/*.md")):
        page = _read(path, path.relative_to(pages))
        if page.section in found:
            raise PageError(f"{page.path}: section {page.section} has a page already, {found[page.section].path}.")
        found[page.section] = page
    return found


def _read(path: Path, name: Path) -> SectionPage:
    said = front_matter(path.read_text(encoding="utf-8"))
    if set(said) != KEYS or not all(isinstance(value, str) and value for value in said.values()):
        raise PageError(
            f'{name}: a section page begins with a front matter of `section: "2.1"` and `question:`, both as texts.'
        )
    return SectionPage(name, said["section"], said["question"])


def with_question(page: SectionPage, pages: Path) -> str:
    """The page's text with its question below the title."""
    text = (pages / page.path).read_text(encoding="utf-8")
    return re.sub(
        r"^(# [^\n]+\n)", rf'\1\n<p class="question">{page.question}</p>\n', text, count=1, flags=re.MULTILINE
    )


def front_matter(text: str) -> dict[str, Any]:
    """What stands between the two `---` at the top of a page; nothing where there is none."""
    if not text.startswith("---\n"):
        return {}
    head = text[4:].partition("\n---\n")[0]
    said = yaml.safe_load(head)
    return said if isinstance(said, dict) else {}


def index(outline: Outline) -> str:
    """The page of all parts."""
    lines = ["# The ten parts", "", "Each part has its sections, its slides and its exercises.", ""]
    lines += ["| | Part | Minutes | Exercises |", "|--:|:--|--:|:--|"]
    for part in outline.part:
        exercises = ", ".join(one.title for section in part.section for one in outline.exercises_of(section.id))
        lines.append(f"| {part.number} | [{part.title}]({slug(part)}/index.md) | {part.minutes} | {exercises} |")
    return "\n".join(
        [*lines, "", "Minutes are those of a day in a room: talk, demonstrations and the room's tasks.", ""]
    )


def overview(outline: Outline, part: Part, pages: dict[str, SectionPage], exercises: dict[int, str]) -> str:
    """The page of one part: its sections with the question that each answers, and its exercises."""
    lines = [f"# {part.number} {part.title}", "", f"{part.minutes} minutes in a room.", ""]
    if part.can:
        lines += ["Afterwards you can:", "", *(f"- {_to_you(one)}" for one in part.can), ""]
    for section in part.section:
        lines += _section(section, pages.get(section.id))
        lines += [_exercise(one.number, one.title, exercises) for one in outline.exercises_of(section.id)]
        lines.append("")
    return "\n".join(lines)


def _to_you(ability: str) -> str:
    """What one says of oneself, said to the reader."""
    return re.sub(r"\bI\b", "you", re.sub(r"\bmy\b", "your", ability))


def _section(section: Section, page: SectionPage | None) -> list[str]:
    head = f"{section.id} {section.title}"
    if page is None:
        return [f"## {head}", "", f"{section.minutes} minutes. This page is to come."]
    return [f"## [{head}]({page.path.name})", "", f"{page.question} {section.minutes} minutes.", ""]


def _exercise(number: int, title: str, exercises: dict[int, str]) -> str:
    if number in exercises:
        return f"\n**Exercise {number}:** [{title}](../../exercises/{exercises[number]}.md)\n"
    return f"\n**Exercise {number}:** {title}, to come.\n"


def slug(part: Part) -> str:
    """The folder of a part: its number, then its title in plain letters, as its deck is named."""
    words = "".join(
        letter if letter.isalnum() else " " for letter in part.title.lower().replace("&", "").replace("/", "")
    )
    return f"{part.number:02}_{'_'.join(words.split())}"
