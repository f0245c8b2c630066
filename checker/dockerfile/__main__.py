"""Follows the Dockerfile of this folder without a build: `python -m checker.dockerfile again app.py`, or `sent`."""

from __future__ import annotations

import sys
from pathlib import Path

from checker.dockerfile import Context, DockerfileError, Ignore, read_dockerfile, read_listing, steps

USAGE = """error: {wrong}
try: python -m checker.dockerfile again app.py     which steps run again after app.py changed
     python -m checker.dockerfile sent             which files a build is sent
Behind both, files with lines of a path and its bytes may follow: they are taken as files of the folder."""
NOTE = "followed in your files; nothing was built"


def main(arguments: list[str]) -> int:
    """Print what was asked for. Exit code 2 for a command that is no command, 1 for a file that cannot be read."""
    verb, *rest = arguments or [""]
    if verb not in ("again", "sent") or (verb == "again" and not rest):
        print(USAGE.format(wrong="Say what to follow."))
        return 2
    listings = rest[1:] if verb == "again" else rest
    try:
        context = folder_context(Path(), listings)
        lines = again(rest[0], context) if verb == "again" else sent(context)
    except DockerfileError as error:
        print(f"Dockerfile:{error.line}: {error.problem}")
        return 1
    except FileNotFoundError as error:
        print(f"error: There is no file {error.filename} here.\ntry: change into the folder of the exercise")
        return 1
    print("\n".join(lines))
    return 0


def folder_context(folder: Path, listings: list[str]) -> Context:
    """The context of a build from a folder, and of the files that listings name."""
    sizes: dict[str, int] = {}
    for name in listings:
        sizes |= read_listing((folder / name).read_text("utf-8"))
    there = (path for path in folder.rglob("*") if path.is_file())
    sizes |= {path.relative_to(folder).as_posix(): path.stat().st_size for path in there}
    ignore = folder / ".dockerignore"
    return Context(sizes, Ignore.of(ignore.read_text("utf-8") if ignore.is_file() else ""))


def again(changed: str, context: Context) -> list[str]:
    """The steps of the build, each with `again` or `cached`, and why."""
    dockerfile = read_dockerfile("Dockerfile", Path("Dockerfile").read_text("utf-8-sig"))
    found = steps(dockerfile, context, changed)
    lines = [f"{changed} changed ({NOTE})", ""]
    if changed not in context.sizes:
        lines = [f"There is no file {changed} in this folder, so nothing takes it.", ""]
    for step in found:
        said = f"again   {step.because}" if step.again else "cached"
        lines.append(f"line {step.instruction.line:>3}  {step.instruction.shown:<60}  {said}")
    count = sum(step.again for step in found)
    return [*lines, "", f"{count} of {len(found)} steps run again"]


def sent(context: Context) -> list[str]:
    """The top folders and files that are sent, with their sizes, and what is left out."""
    rows: dict[str, list[int]] = {}
    for path, size in context.sent.items():
        name = path.partition("/")[0] + ("/" if "/" in path else "")
        count, total = rows.setdefault(name, [0, 0])
        rows[name] = [count + 1, total + size]
    lines = [f"sent to a build ({NOTE})", ""]
    lines += [f"{size:>13,}  {name}  {count} files" if name.endswith("/") else f"{size:>13,}  {name}"
              for name, (count, size) in sorted(rows.items())]  # fmt: skip
    left = len(context.sizes) - len(context.sent)
    return [*lines, "", f"{context.total:>13,}  bytes in {len(context.sent)} files; {left} files are left out"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
