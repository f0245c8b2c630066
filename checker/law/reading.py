"""How hard a text is to read: words, sentences, syllables, and the school grade of Flesch and Kincaid."""

from __future__ import annotations

import re

# What stands in quotes or backticks, and what looks like code, a path or a number, is read as one short word.
QUOTED = re.compile(r"`[^`]*`|'[^'\n]*'(?!\w)|\"[^\"\n]*\"|\([^)\n]*=[^)\n]*\)")
CODE = re.compile(r"\S*(?:[_/=<>{}\[\]#@\\]|\w\.\w|\w\(|\d|[a-z][A-Z]|[A-Z]{2})\S*?(?=[.,;:!?)]*(?:\s|$))")
WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
STOP = re.compile(r"(?<=[.!?])\s+|\n+")
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
VOWELS = re.compile(r"[aeiouy]+")


def plain(text: str) -> str:
    """The text with code and quoted values as the word `x`: they are looked at, not read."""
    return CODE.sub("x", QUOTED.sub("x", text))


def words(text: str) -> list[str]:
    """The words that a reader counts, code being one word each."""
    return WORD.findall(plain(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon or semicolon ends one too, as the eye may rest there."""
    return [one for one in SENTENCE_END.split(plain(text)) if WORD.search(one)]


def full_sentences(text: str) -> list[str]:
    """The sentences of a text as a teacher counts them: up to a full stop, a question mark, or the line's end."""
    return [one for one in STOP.split(plain(text)) if WORD.search(one)]


def syllables(word: str) -> int:
    """About how many syllables an English word has."""
    lower = word.lower()
    count = len(VOWELS.findall(lower))
    silent = lower.endswith("e") and not lower.endswith(("le", "ee")) and count > 1
    silent_ed = lower.endswith("ed") and not lower.endswith(("ted", "ded")) and count > 1
    return max(1, count - silent - silent_ed)


def grade(text: str) -> float:
    """The school grade that a text asks for: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    counted, parts = words(text), sentences(text)
    if not counted or not parts:
        return 0.0
    return 0.39 * len(counted) / len(parts) + 11.8 * sum(map(syllables, counted)) / len(counted) - 15.59
