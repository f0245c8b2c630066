"""Makes the environment and runs everything else in it: what `make` calls, with the standard library only.

Any Python 3 can read this file, so that one too old is told in a sentence and not by a traceback: hence the
type comments. All else is in `course.start`, which is imported once the version is known to do.
"""

import os
import shutil
import subprocess
import sys

MINIMUM = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def newer():
    # type: () -> str
    """The name of an interpreter on the PATH that is new enough and starts, or nothing."""
    for name in NEWER:
        # A version manager's stand-in may be found and yet not start, so it is asked.
        if shutil.which(name) and subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return name
    return ""


def refusal(version, system, other=""):
    # type: (tuple[int, ...], str, str) -> str | None
    """Two lines that say why this Python or system cannot run the course, or None when it can."""
    if system == "nt":
        return (
            "error: the course runs on Linux and macOS; on Windows it runs inside WSL.\n"
            "try: wsl --install, then clone the course inside WSL and run make start there."
        )
    if tuple(version[:2]) >= MINIMUM:
        return None
    have = ".".join(str(part) for part in version[:3])
    told = f"make start PYTHON={other}" if other else "install Python 3.11 or newer, then run make start."
    return f"error: this is Python {have}; the course needs 3.11 or newer.\ntry: {told}"


def main(argv=None):
    # type: (list[str] | None) -> int
    version = tuple(sys.version_info[:3])
    problem = refusal(version, os.name, newer() if version < MINIMUM else "")
    if problem is not None:
        print(problem, file=sys.stderr)
        return 2
    from course.start import verbs

    return verbs.main(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    raise SystemExit(main())
