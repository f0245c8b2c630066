"""Colors of code: a handful of kinds of tokens, the same in HTML, PDF and PPTX."""

from __future__ import annotations

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

# The first that fits decides.
KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "comment"),
    (Name.Tag, "name"),
    (Name.Attribute, "name"),
    (Name.Decorator, "name"),
    (Name.Class, "name"),
    (Name.Function, "name"),
    (Keyword.Constant, "number"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (String, "string"),
    (Number, "number"),
)
# YAML and Dockerfiles mark nearly all plain words as literals; only quoted ones are shown as strings.
PLAIN_LITERALS = (Token.Literal.Scalar.Plain,)


def known(language: str) -> bool:
    """Say whether there is a lexer for a language."""
    try:
        get_lexer_by_name(language or "text")
    except ClassNotFound:
        return False
    return True


def tokens(text: str, language: str) -> list[list[tuple[str, str]]]:
    """The lines of a text, each as pieces of (text, kind)."""
    lexer = get_lexer_by_name(language or "text", stripnl=False, ensurenl=False)
    found: list[list[tuple[str, str]]] = [[]]
    for token, value in lexer.get_tokens(f"{text}\n"):
        for number, piece in enumerate(value.split("\n")):
            if number:
                found.append([])
            if piece:
                found[-1].append((piece, _kind(token)))
    return found[: text.count("\n") + 1]


def _kind(token: _TokenType) -> str:
    if token in PLAIN_LITERALS:
        return "plain"
    return next((kind for parent, kind in KINDS if _TokenType.__contains__(parent, token)), "plain")
