"""python -m checker.services SCRIPT …: run a script with S3 and Athena on loopback, and end them with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from checker.services.cloud import Cloud


def main(arguments: Sequence[str]) -> int:
    """The script's exit code; 2 without a script."""
    if not arguments:
        print("error: there is no script to run\ntry: python -m checker.services lab.py", file=sys.stderr)
        return 2
    cloud = Cloud()
    try:
        return subprocess.run([sys.executable, *arguments], env=os.environ | cloud.env, check=False).returncode
    finally:
        cloud.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
