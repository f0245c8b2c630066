"""Lays out the whole site: which page stands where, made or hand-written, and the navigation."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.bank import read_bank
from checker.exercise import Exercise
from course.build.site import (
    browser,
    decks,
    evaluation,
    exercises,
    glossary,
    learner,
    parts,
    pictures,
    questions,
    reference,
    troubleshooting,
)
from course.build.site.links import plain_fences
from course.build.site.values import Values, filled
from course.build.sources import folders, read
from course.evaluation import questions as asked
from course.outline import Outline

Nav = list[dict[str, Any]]
PROJECT = "course/project"
# Folders of hand-written pages and their tab, in the order of the tabs. What is made joins its folder.
TABS = (("how-to", "How to"), ("service", "Service"), ("reference", "Reference"), ("authors", "For authors"))


@dataclass(frozen=True)
class Site:
    """All pages by path in the site; a Path is a file to copy, a text is what was made."""

    pages: dict[Path, Path | str]
    nav: Nav

    def write(self, folder: Path, values: Values) -> None:
        """Lay all pages into an empty folder, with the values that they show."""
        for path, content in self.pages.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".md":
                text = content.read_text(encoding="utf-8") if isinstance(content, Path) else content
                (folder / path).write_text(plain_fences(filled(text, path.as_posix(), values)), encoding="utf-8")
            elif isinstance(content, Path):
                shutil.copyfile(content, folder / path)
            else:
                (folder / path).write_text(content, encoding="utf-8")


def plan(root: Path, outline: Outline) -> Site:
    """Work out the site without writing any of it. Raises PageError for a page that cannot be used."""
    written = root / "docs" / "pages"
    pages: dict[Path, Path | str] = {
        path.relative_to(written): path for path in sorted(written.rglob("*")) if path.is_file()
    }
    sections = parts.section_pages(written)
    bank = read_bank(root / "course" / "questions")
    pages |= {
        page.path: parts.with_question(page, written) + questions.below(page.path, bank) for page in sections.values()
    }
    known = [read(folder) for folder in folders(root)]
    made_ones = (
        _parts(outline, sections, known), _exercises(root, known), questions.pages(root, bank),
        reference.pages(outline), decks.pages(root), _path(outline, sections, [*known, *_project(root)]),
        {Path(evaluation.PATH): evaluation.page(asked())},
        {Path(troubleshooting.PATH): troubleshooting.page()}, browser.pages(known), pictures.pages(),
        {Path(glossary.PATH): glossary.page([*known, *_project(root)])},
    )  # fmt: skip
    for made in made_ones:
        for path in made:
            if path in pages:
                raise parts.PageError(
                    f"docs/pages/{path}: `make site` makes this page itself. Give yours another name."
                )
        pages |= made
    return Site(pages, _nav(outline, sections, known, pages))


def _parts(
    outline: Outline, sections: dict[str, parts.SectionPage], known: list[Exercise]
) -> dict[Path, Path | str]:  # fmt: skip
    slugs = {int(one.number): one.slug for one in known}
    made: dict[Path, Path | str] = {Path(parts.FOLDER, "index.md"): parts.index(outline)}
    for part in outline.part:
        made[Path(parts.FOLDER, parts.slug(part), "index.md")] = parts.overview(outline, part, sections, slugs)
    return made


def _path(
    outline: Outline, sections: dict[str, parts.SectionPage], known: list[Exercise]
) -> dict[Path, Path | str]:  # fmt: skip
    return {Path(learner.PATH): learner.page(outline, sections, {int(one.number): one.slug for one in known})}


def _exercises(root: Path, known: list[Exercise]) -> dict[Path, Path | str]:
    made: dict[Path, Path | str] = {Path(exercises.FOLDER, "index.md"): exercises.index(known)}
    for one, following in zip(known, [*known[1:], None], strict=True):
        made |= exercises.pages(one, root / "solutions", following)
    for project in _project(root):
        made |= exercises.project_page(project)
    return made


def _project(root: Path) -> list[Exercise]:
    """The final project, where the course has one."""
    return [read(root / PROJECT)] if (root / PROJECT / "exercise.toml").is_file() else []


def _nav(
    outline: Outline, sections: dict[str, parts.SectionPage], known: list[Exercise], pages: dict[Path, Path | str]
) -> Nav:  # fmt: skip
    nav: Nav = [
        {
            "Start": [
                "index.md",
                "start/pre-work.md",
                {"Your path": learner.PATH},
                {"Say what you think": evaluation.PATH},
            ]
        },
        {"Parts": _parts_nav(outline, sections)},
        {"Exercises": _exercises_nav(known, pages)},
        {"Slides": _folder_nav(decks.FOLDER, pages)},
        {"Questions": _folder_nav(questions.FOLDER, pages)},
    ]
    nav += [{title: listed} for folder, title in TABS if (listed := _folder_nav(folder, pages))]
    return [*nav, {"Changes": "changes.md"}]


def _parts_nav(outline: Outline, sections: dict[str, parts.SectionPage]) -> list[Any]:
    listed: list[Any] = [f"{parts.FOLDER}/index.md"]
    for part in outline.part:
        pages: list[Any] = [f"{parts.FOLDER}/{parts.slug(part)}/index.md"]
        pages += [
            {f"{one.id} {one.title}": sections[one.id].path.as_posix()} for one in part.section if one.id in sections
        ]
        listed.append({f"{part.number} {part.title}": pages})
    return listed


def _exercises_nav(known: list[Exercise], pages: dict[Path, Path | str]) -> list[Any]:
    listed: list[Any] = [f"{exercises.FOLDER}/index.md"]
    for one in known:
        listed.append({f"{int(one.number)} {one.title}": f"{exercises.FOLDER}/{one.slug}.md"})
        if one.slug == browser.SLUG:
            listed.append({f"{int(one.number)} In the browser": browser.PATH})
        why = Path(exercises.FOLDER, f"{one.slug}_why.md")
        if why in pages:
            listed.append({f"{int(one.number)} Why this answer": why.as_posix()})
    listed += [{"12 Final project": path.as_posix()} for path in pages if path.match(f"{exercises.FOLDER}/12_*.md")]
    return listed


def _folder_nav(folder: str, pages: dict[Path, Path | str]) -> list[str]:
    return [path.as_posix() for path in sorted(pages) if path.parts[0] == folder and path.suffix == ".md"]
