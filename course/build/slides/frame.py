"""The words around a slide, the same in every output: where we are, how far, and how old its facts are."""

from __future__ import annotations

from dataclasses import dataclass

from course.build.slides.layout import Fitted
from course.build.slides.model import Deck, Slide
from course.facts import Fact
from course.outline import Outline, Profile


@dataclass(frozen=True)
class Frame:
    """What is said on the edge of every slide."""

    outline: Outline
    profile: Profile
    facts: dict[str, Fact]

    @property
    def parts(self) -> range:
        return range(1, len(self.outline.part) + 1)

    def words(self, fitted: Fitted, deck: Deck) -> list[tuple[str, str]]:
        """(place, words): kicker, foot-left, foot-middle, foot-right."""
        slide = fitted.slide
        found = [("kicker", self.kicker(slide, deck)), ("foot-left", self.left(deck))]
        dated = self.dated(slide)
        if dated:
            found.append(("foot-middle", dated))
        return [*found, ("foot-right", f"{fitted.number} / {len(deck.slides)}")]

    def kicker(self, slide: Slide, deck: Deck) -> str:
        if slide.kind == "lead":
            return f"Part {deck.part} of {len(self.outline.part)}"
        if slide.exercise and slide.kind in {"predict", "debrief"}:
            name = "Final project" if slide.exercise == "final" else f"Exercise {slide.exercise}"
            return f"{name}: {'what do you expect?' if slide.kind == 'predict' else 'what happened'}"
        section = self.outline.sections[slide.section]
        return f"{section.id}  {section.title}"

    def left(self, deck: Deck) -> str:
        return f"{self.outline.title} · {deck.part} {deck.title}"

    def dated(self, slide: Slide) -> str:
        """The day of the oldest fact that a slide prints."""
        days = [self.facts[name].date for name in slide.dated]
        return f"figures as of {min(days)}" if days else ""

    def sources(self, slide: Slide) -> list[str]:
        """A line for the notes per fact: what it says, when it was looked up and where."""
        found = (self.facts[name] for name in slide.dated)
        return [f"{one.value}: {one.says} ({one.date}, {one.source})." for one in found]
