"""Makes the environment, then opens JupyterLab and the sample service: python3 start.py

`python3 start.py env` makes the environment and completes work/, for those who prefer a terminal and their own editor.
A second run needs no network, and nothing of yours in work/ is ever overwritten.
"""

# The standard library only, and nothing that an old Python 3 could not read: one too old is told in a sentence.

import os
import sys

from course.bootstrap import MINIMUM, newer, refusal


def main(argv):
    # type: (list[str]) -> int
    version = tuple(sys.version_info[:3])
    problem = refusal(version, os.name, newer() if version < MINIMUM else "")
    if problem is not None:
        print(problem, file=sys.stderr)
        return 2
    from course.start.console import Trouble, console_for
    from course.start.pack import env, open_all
    from course.start.places import this_clone

    if argv in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    if argv not in ([], ["env"]):
        print("error: there is no " + repr(" ".join(argv)) + ".\ntry: python3 start.py --help", file=sys.stderr)
        return 2
    try:
        return (env if argv else open_all)(this_clone(), console_for())
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return trouble.code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
