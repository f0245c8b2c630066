"""`checker VERB …`: reads the command line and calls the verb's module."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from checker.errors import CheckerError, CouldNotCheck
from checker.verbs import VERBS

EXIT_CODES = "exit codes: 0 all passed, 1 something is missing, 2 misuse, 3 could not check"


def parser() -> argparse.ArgumentParser:
    """The whole command line; the site's reference page is made from its help."""
    top = argparse.ArgumentParser(prog="checker", description="Judge the exercises of this course.", epilog=EXIT_CODES)
    top.add_argument("--debug", action="store_true", help="show the traceback of an error")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        sub = verbs.add_parser(verb.name, help=verb.summary, description=verb.summary, epilog=EXIT_CODES)
        verb.arguments(sub)
        sub.set_defaults(run=verb.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except CheckerError as error:
        if arguments.debug:
            raise
        print(f"error: {error}", file=sys.stderr)
        if error.next_step:
            print(f"try: {error.next_step}", file=sys.stderr)
        return error.exit_code
    except CouldNotCheck as fault:
        # Outside of any row: what starts the workers has gone, as it does when somebody ends a check at its start.
        if arguments.debug:
            raise
        print(f"could not check: {fault.finding.seen}. Nothing was judged.", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone (`checker list | head`); what is left to write has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
