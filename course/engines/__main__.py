"""`python -m course.engines VERB`; the trainee pack has it too, where there is no `python -m course`."""

from __future__ import annotations

from course.engines.command import main

if __name__ == "__main__":
    raise SystemExit(main())
