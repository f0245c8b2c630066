"""One word for one thing: what the API and the data call `movie_id` is a movie in prose and messages too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SECOND = re.compile(r"(?<![\w-])films?(?![\w-])", re.IGNORECASE)
# What people read, and the code whose words reach them.
READ = ("README.md", "CONTRIBUTING.md", "checker", "course", "docs/pages", "exercises", "slides")
KINDS = {".md", ".py", ".toml", ".yaml", ".yml"}
# Made from other files or standing for a trainee's own; and what tells of the word itself.
PASSED_OVER = re.compile(r"/(?:starter|wrong|right|\.\w+)/|^course/(?:tests/test_)?vocabulary\.py$")


def second_words(root: Path) -> Iterator[str]:
    """Yield a sentence for each line that has another word for a movie; Film-Noir is a genre and stays."""
    for path in sorted(one for name in READ for one in _files(root / name)):
        where = path.relative_to(root).as_posix()
        if PASSED_OVER.search(where):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if found := SECOND.search(line):
                yield f"{where}:{number}: it says {found[0]!r}, and the API says movie. Use one word for one thing."


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [one for one in path.rglob("*") if one.suffix in KINDS]
