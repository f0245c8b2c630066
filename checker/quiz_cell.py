"""Questions of the bank as a notebook's cell shows them; a model answer folds out without any script."""

from __future__ import annotations

from checker.bank import Item
from checker.markup import framed, inline
from checker.quiz import UNKNOWN, Choice, Quiz, Series, asked, model_answer, told
from checker.ticket import option_list


class QuizCell:
    """A series with what was chosen so far: HTML in a notebook, text elsewhere."""

    def __init__(self, quiz: Quiz, series: Series, *, answer: bool = False) -> None:
        self._items = [(item, quiz.chosen(series, item)) for item in series.items]
        self._name, self._answer, self._check = series.name, answer, series.is_check

    def __repr__(self) -> str:
        return "\n\n".join([*(self._text(*one) for one in self._items), f"next: {self._next()}"])

    def _repr_html_(self) -> str:
        return framed(f"{''.join(self._html(*one) for one in self._items)}<p><code>{self._next()}</code></p>")

    def _text(self, item: Item, choice: Choice | None) -> str:
        parts = [asked(item, choice.letter if choice else "")]
        if choice and not self._check:
            parts.append(told(item, choice, again=True))
        return "\n".join([*parts, "", model_answer(item)] if self._answer else parts)

    def _html(self, item: Item, choice: Choice | None) -> str:
        options = {letter: option.text for letter, option in item.letters.items()}
        chosen = choice.letter if choice else ""
        marks = {chosen: "your choice"} if chosen else {}
        note = ""
        if choice and not self._check:
            if choice.right or choice.letter == UNKNOWN:
                marks[item.right] = "your choice, and the answer" if choice.right else "the answer"
            note = f"<p>{inline(told(item, choice, again=True))}</p>"
        return (
            f'<div class="question"><p>{item.id} {inline(item.prompt)}</p>'
            f"{option_list(options, marks, chosen)}{note}{self._fold(item)}</div>"
        )

    def _fold(self, item: Item) -> str:
        points = "".join(f"<li>{inline(point)}</li>" for point in item.points)
        paragraphs = "".join(f"<p>{inline(line)}</p>" for line in item.answer.splitlines())
        return (
            f"<details{' open' if self._answer else ''}><summary>The open question behind it, with a model answer"
            f"</summary><p><b>{inline(item.asks)}</b></p>{paragraphs}"
            f"<p>A good answer names:</p><ul>{points}</ul></details>"
        )

    def _next(self) -> str:
        first = next((item for item, choice in self._items if not (choice and choice.right)), self._items[0][0])
        return f'quiz("{first.id}", "a")'
