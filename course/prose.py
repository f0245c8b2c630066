"""What prose promises: commands that can be run, and names of targets, verbs and files that exist."""

from __future__ import annotations

import os
import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checker.verbs import VERBS as CHECKER_VERBS
from course import outline
from course.__main__ import VERBS as COURSE_VERBS
from course.build.site.plan import plan
from course.start.verbs import VERBS as TARGETS

FENCE = re.compile(r"^[ ]*(?P<mark>```+)(?P<info>[^\n`]*)\n(?P<body>.*?)^[ ]*(?P=mark)[ ]*$", re.MULTILINE | re.DOTALL)
REASON = re.compile(r'\btest=false reason="[^"]{8,}"')
# A test that runs something like the block, as a reason names it.
TESTED = re.compile(r"\b(?:course|checker)/[a-z_/]*tests[a-z_/]*(?:\.py)?")
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
# What stands behind ```bash for tests: run="service" until="listening on" code="1" then="test -e build/site".
TOLD = re.compile(r'\b(run|until|code|then)="([^"]*)"')
# Where a block without run= is typed.
USUAL = "clone"
CI = "ci"
# Names of our commands in code, and what may follow them.
NAMED = (
    (re.compile(r"\bmake ([a-z][a-z-]*)"), "make target", {"list", "help", *(one.name for one in TARGETS)}),
    (re.compile(r"(?<!from )\bchecker ([a-z][a-z-]*)"), "verb of checker", {one.name for one in CHECKER_VERBS}),
    (re.compile(r"-m course ([a-z][a-z-]*)"), "verb of python -m course", set(COURSE_VERBS)),
    (re.compile(r"-m course\.bootstrap ([a-z][a-z-]*)"), "verb of course.bootstrap", {one.name for one in TARGETS}),
)
# Made on this machine, or standing for any name.
OUTSIDE = re.compile(r"^(work|build|drafts)/|NN|NAME|[*<{…]")


@dataclass(frozen=True)
class Block:
    """A fenced block of commands: where it begins, what stands behind ```bash, and its `$ ` lines with their output.

    `usual` is the surrounding of blocks on this page that name none.
    """

    where: str
    info: str
    commands: tuple[tuple[str, tuple[str, ...]], ...]
    usual: str = USUAL

    @property
    def page(self) -> str:
        return self.where.rpartition(":")[0]

    @property
    def excused(self) -> bool:
        return bool(REASON.search(self.info))

    @property
    def run(self) -> str:
        """The surrounding that it is typed in, the test that reads it, or `ci`; empty where nobody runs it."""
        return "" if "test=false" in self.info else self._told.get("run", self.usual)

    def until(self, number: int) -> str:
        """What this command prints when it is ready, for one that stays until Ctrl-C; empty for one that ends."""
        return self._of("until", "|", number)

    def code(self, number: int) -> int:
        return int(self._of("code", " ", number) or 0)

    @property
    def then(self) -> str:
        """A command that succeeds after the block, and not before it, since the block made what it asks for."""
        return self._told.get("then", "")

    @property
    def _told(self) -> dict[str, str]:
        return dict(TOLD.findall(self.info))

    def _of(self, name: str, between: str, number: int) -> str:
        """One value is that of the last command; several are those of all, in their order."""
        values = self._told.get(name, "").split(between)
        values = [""] * (len(self.commands) - 1) + values if len(values) == 1 else values
        return values[number] if number < len(values) else ""


def pages(root: Path) -> list[Path]:
    """The pages that people read: README, CONTRIBUTING, the site's, each exercise's brief."""
    listed = [root / "README.md", root / "CONTRIBUTING.md", root / "checker" / "README.md"]
    return [one for one in listed if one.is_file()] + sorted((root / "docs" / "pages").rglob("*.md")) + briefs(root)


def briefs(root: Path) -> list[Path]:
    project = root / "course" / "project" / "README.md"
    return [*sorted((root / "exercises").glob("*/README.md")), *([project] if project.is_file() else [])]


def blocks(root: Path, page: Path) -> list[Block]:
    """The ```bash blocks of a page that hold commands."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in FENCE.finditer(text):
        info = fence["info"].strip()
        commands = _commands(fence["body"])
        if info.split(" ")[0] == "bash" and commands:
            where = f"{page.relative_to(root).as_posix()}:{text.count(chr(10), 0, fence.start()) + 1}"
            found.append(Block(where, info, commands, usual_of(root, page)))
    return found


def usual_of(root: Path, page: Path) -> str:
    """A brief is read in the folder of its exercise, every other page in the clone's."""
    if page not in briefs(root):
        return USUAL
    return "exercise" if page.parent.parent.name == "exercises" else "project"


def page_block(root: Path, page: str, first: str) -> Block:
    """The block of a page that begins with this command, for a test that runs it."""
    for block in blocks(root, root / page):
        if block.commands[0][0] == first:
            return block
    raise LookupError(f"{page} has no block of commands that begins with {first!r}.")


def unread(root: Path, block: Block) -> str | None:
    """What is wrong with `run="a/test.py"`: that test is not there, or does not read this block."""
    read = f'page_block(ROOT, "{block.page}", {_quoted(block.commands[0][0])})'
    if not (root / block.run).is_file():
        return f"{block.where}: {block.run!r} is to run it and is not there. Mend the path."
    if not _holds((root / block.run).read_text(encoding="utf-8"), read):
        return f"{block.where}: {block.run!r} is to run it and does not read it. Write there: {read}"
    return None


def _holds(text: str, call: str) -> bool:
    """Whether a module has this call, on however many lines."""
    return re.sub(r"\s+", "", call) in re.sub(r"\s+", "", text).replace(",)", ")")


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def undecided(root: Path, page: Path, surroundings: Iterable[str]) -> Iterator[str]:
    """Blocks that nobody runs and that do not say why, and such that name a surrounding which is not there."""
    known = sorted({*surroundings, CI})
    for block in blocks(root, page):
        if not block.run and not block.excused:
            yield (
                f"{block.where}: no test runs {block.commands[0][0]!r}. "
                'Write ```bash test=false reason="why it is not run" above the block, or run="…".'
            )
        elif "/" in block.run:
            yield from filter(None, [unread(root, block)])
        elif block.run and block.run not in known:
            yield f"{block.where}: there is no surrounding {block.run!r}; there are {', '.join(known)}."


def tests_that_are_gone(root: Path, page: Path) -> Iterator[str]:
    """Reasons that send a reader to a test which is not there."""
    for block in blocks(root, page):
        for path in TESTED.findall(block.info):
            if not (root / path).exists():
                yield f"{block.where}: the reason names {path!r}, which is not there. Mend the path."


# Classes of blocks, and what is said of them.
WALKED = "read from the page and run as they stand"
READ = "read from the page and run by the test of their subject"
BY_CI = "the very command that CI runs"
ALIKE = "not run; a test does something alike"
NOBODY = "not run, and say why"
EXECUTED = (WALKED, READ, BY_CI)


def class_of(block: Block) -> str:
    if block.excused:
        return ALIKE if TESTED.search(block.info) else NOBODY
    return BY_CI if block.run == CI else READ if "/" in block.run else WALKED


def counted(root: Path, pages: Iterable[Path]) -> dict[str, int]:
    """How many blocks there are of each class."""
    found = dict.fromkeys((*EXECUTED, ALIKE, NOBODY), 0)
    for page in pages:
        for block in blocks(root, page):
            found[class_of(block)] += 1
    return found


def executed(found: Mapping[str, int]) -> float:
    """The share of blocks whose own commands are run."""
    return sum(found[name] for name in EXECUTED) / (sum(found.values()) or 1)


def unknown_names(root: Path, page: Path) -> Iterator[str]:
    """Targets, verbs, files and links that a page names and that do not exist."""
    text = page.read_text(encoding="utf-8")
    where = page.relative_to(root).as_posix()
    fenced = [fence["body"] for fence in FENCE.finditer(text) if fence["info"].strip().startswith("bash")]
    prose = FENCE.sub("", text)
    for code in (*fenced, *INLINE.findall(prose)):
        for pattern, kind, known in NAMED:
            for name in pattern.findall(code):
                if name not in known:
                    yield f"{where}: {code.strip()!r} names the {kind} {name!r}, which is not there. Mend the name."
    for name in INLINE.findall(prose):
        if _is_path(root, name) and not (root / name.partition(":")[0]).exists():
            yield f"{where} names {name!r}, which is not there. Mend the path."
    for link in LINK.findall(prose):
        if not re.match(r"[a-z]+:|#", link) and not _leads(root, page, link.partition("#")[0]):
            yield f"{where} links to {link!r}, which is not there. Mend the link."


# What a trainee's environment has: linters of files come with requirements/learn.txt.
EVERYBODYS = ("python", "checker", "curl", "cd", "cp", "hadolint", "zizmor")


def strange_commands(root: Path, brief: Path) -> Iterator[str]:
    """Commands of a brief that a trainee could not run in work/: they need a file or an option that is not there.

    What needs an engine names its surrounding above the block, and says in the brief what to do without.
    """
    starter = brief.parent / "starter"
    for block in blocks(root, brief):
        for command, _ in block.commands:
            words = shlex.split(command)
            if words[0] == "python" and words[1].endswith(".py") and not (starter / words[1]).is_file():
                yield f"{block.where}: {command!r} runs {words[1]!r}, which the starter does not have. Mend the name."
            elif words[0] not in EVERYBODYS and block.run == block.usual:
                yield f"{block.where}: {command!r} is no command of the brief's table. Show one that every trainee has."


def _commands(body: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(command, lines of output below it) of a block; a line that ends in a backslash goes on."""
    found: list[tuple[str, list[str]]] = []
    # In a list the whole block is indented.
    for line in textwrap.dedent(body).replace("\\\n", " ").split("\n"):
        if line.startswith("$ "):
            # What stands behind two blanks and a number sign is said to the reader.
            found.append((re.sub(r"\s{2,}# .*", "", line[2:]).strip(), []))
        elif found and line.strip():
            found[-1][1].append(line)
    return tuple((command, tuple(output)) for command, output in found)


def _is_path(root: Path, name: str) -> bool:
    """Say whether it begins with a folder of the clone and is meant as one path."""
    first, slash, _ = name.partition("/")
    return bool(first and slash) and " " not in name and not OUTSIDE.search(name) and (root / first).is_dir()


def _leads(root: Path, page: Path, link: str) -> bool:
    # A brief is read in work/NN_slug too, beside the starter's files.
    if any((folder / link).exists() for folder in (page.parent, page.parent / "starter")):
        return True
    pages = root / "docs" / "pages"
    target = Path(os.path.normpath(page.parent / link))
    return target.is_relative_to(pages) and target.relative_to(pages) in made_pages(root)


@cache
def made_pages(root: Path) -> frozenset[Path]:
    """The pages that `make site` makes itself; a hand-written one may link to them."""
    site = plan(root, outline.load())
    return frozenset(path for path, content in site.pages.items() if isinstance(content, str))


def main() -> int:
    """`python -m course.prose`: who runs the blocks of commands that people read."""
    root = Path(__file__).resolve().parents[1]
    found = counted(root, pages(root))
    whole = sum(found.values())
    print(f"{whole} blocks of commands in {len(pages(root))} pages and briefs, {executed(found):.1%} executed:")
    for who, count in found.items():
        print(f"  {count:4} ({count / whole:.0%}) {who}")
    for block in (one for page in pages(root) for one in blocks(root, page) if class_of(one) in (ALIKE, NOBODY)):
        print(f"  {block.where}  {block.info.partition(' ')[2]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
