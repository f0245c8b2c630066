"""`python -m course.engines VERB`; the trainee pack has it too, where there is no `python -m course`.

It can also be started by its path from any folder: live checks take images into a cluster with it.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    root = str(Path(__file__).resolve().parents[2])
    sys.path[:] = [root, *(path for path in sys.path[1:] if path != root)]
    from course.engines.command import main

    raise SystemExit(main())
