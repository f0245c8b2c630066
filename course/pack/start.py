"""Makes the environment, then opens JupyterLab and the sample service: python3 start.py

`python3 start.py env` makes the environment and nothing else. Standard library only; a second run needs no network.
Any Python 3 can read this file, so that one too old is told in a sentence: all else is imported once it will do.
"""

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

    if argv not in ([], ["env"]):
        print("error: there is no " + repr(" ".join(argv)) + ".\ntry: python3 start.py", file=sys.stderr)
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
