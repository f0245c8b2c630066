"""Cuts a script into simple commands: their words, with the quotes still on, and the signs between them.

A here-document becomes a word of its command, and a loop over words that stand in the script is written out.
"""

from __future__ import annotations

import re
from itertools import takewhile

SEPARATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "\n", "(", ")")
KEYWORDS = {"if", "then", "elif", "else", "fi", "while", "until", "do", "done", "!", "{", "}", "time", "case", "esac"}
# What begins and ends commands that write to one place together; brackets are separators.
OPENS, CLOSES = {"{", "if", "while", "until", "for", "case"}, {"}", "fi", "done", "esac"}
LOOPS = ("for", "while", "until")
HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)(\w+)\2")
# A longer loop is read as if it ran once.
MAX_WRITTEN_OUT = 1000

Simple = tuple[list[str], str, str]


def simple_commands(text: str) -> list[Simple]:
    """Simple commands as (words, the sign before, the sign after)."""
    return _written_out(_simple(_here_strings(text)))


def beginning(words: list[str]) -> list[str]:
    """The keywords before the command itself: `do`, `if`, `{`, `for`."""
    return list(takewhile(lambda word: word in KEYWORDS | OPENS, words))


def substitutions(word: str) -> list[str]:
    """The scripts inside the `$(…)` and backticks of a word."""
    found: list[str] = []
    quote, place = "", 0
    while place < len(word):
        sign = word[place]
        if quote != "'" and (sign == "`" or word.startswith("$(", place)):
            end = closing(word, place + (sign == "$"))
            found += [] if word.startswith("$((", place) else [word[place + 1 + (sign == "$") : end - 1]]
            place = end
        elif sign == "\\" and quote != "'":
            place += 2
        else:
            if sign == quote or (not quote and sign in "'\""):
                quote = "" if quote else sign
            place += 1
    return found


def _here_strings(text: str) -> str:
    """Each here-document as a here-string, `<<<"…"`."""
    lines, kept = text.replace("\\\n", " ").split("\n"), []
    while lines:
        line = lines.pop(0)
        found = HEREDOC.search(line)
        ends = [number for number, one in enumerate(lines) if found and one.strip() == found[3]]
        if not found or not ends or "<<<" in line:
            kept.append(line)
            continue
        body = "\n".join(one.lstrip("\t") if found[1] else one for one in lines[: ends[0]])
        escaped = body.replace('"', '\\"')
        word = "'" + body.replace("'", "'\\''") + "'" if found[2] else f'"{escaped}"'
        kept.append(f"{line[: found.start()]}<<<{word}{line[found.end() :]}")
        lines = lines[ends[0] + 1 :]
    return "\n".join(kept)


def _written_out(found: list[Simple]) -> list[Simple]:
    """`for one in a b; do … done` as what it does: one=a, its commands, one=b, its commands."""
    made: list[Simple] = []
    place = 0
    while place < len(found):
        words = found[place][0]
        kept = beginning(words)
        loop = words[len(kept) - 1 :] if kept[-1:] == ["for"] else []
        end = _end_of_loop(found, place) if loop[2:3] == ["in"] else 0
        made.append(found[place])
        if end:
            body = _written_out(found[place + 1 : end])
            values = loop[3:] if len(body) * len(loop) < MAX_WRITTEN_OUT else loop[3:4]
            for value in values:
                made += [([f"{loop[1]}={value}"], "\n", "\n"), *body]
        place = end or place + 1
    return made


def _end_of_loop(found: list[Simple], place: int) -> int:
    """The place of the `done` of a loop; 0 without one."""
    depth = 0
    for number in range(place, len(found)):
        words = found[number][0]
        depth += sum(word in LOOPS for word in beginning(words)) - (words[0] == "done")
        if not depth:
            return number
    return 0


def _simple(text: str) -> list[Simple]:
    found: list[Simple] = []
    words: list[str] = []
    before = ""
    for word in [*_words(text), "\n"]:
        if word not in SEPARATORS:
            words.append(word)
        elif words:
            found.append((words, before, word))
            words, before = [], word
        elif word != "\n" or before not in ("&&", "||", "|", "("):
            before = word
            if word == ")" and found and found[-1][2] in ("\n", ";"):
                # The bracket may stand on a line of its own; the last command inside ends the subshell.
                found[-1] = (*found[-1][:2], word)
    return found


def _words(text: str) -> list[str]:
    """Words and separators, quotes still on; a comment is dropped."""
    found: list[str] = []
    word, place = "", 0
    while place < len(text):
        sign = text[place]
        separator = next((one for one in SEPARATORS if text.startswith(one, place)), "")
        if sign in "'\"`" or text.startswith(("$(", "${"), place):
            end = closing(text, place + (sign == "$"))
            word, place = word + text[place:end], end
        elif sign == "\\" and place + 1 < len(text):
            word, place = word + text[place : place + 2], place + 2
        elif sign == "#" and not word:
            place = (text + "\n").index("\n", place)
        elif separator and not (separator == "&" and word.endswith(">")):
            found += [word, separator] if word else [separator]
            word, place = "", place + len(separator)
        elif sign.isspace():
            found += [word] if word else []
            word, place = "", place + 1
        else:
            word, place = word + sign, place + 1
    return [*found, word] if word else found


def closing(text: str, place: int) -> int:
    """The place behind what closes the quote or bracket at `place`."""
    opened = text[place]
    if opened in "'`":
        end = text.find(opened, place + 1)
        return end + 1 if end >= 0 else len(text)
    last = {'"': '"', "(": ")", "{": "}"}[opened]
    place += 1
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 2
        elif sign == last:
            return place + 1
        elif text.startswith(("$(", "${"), place):
            place = closing(text, place + 1)
        elif sign == "`" or (sign in "'\"" and opened != '"'):
            place = closing(text, place)
        else:
            place += 1
    return len(text)
