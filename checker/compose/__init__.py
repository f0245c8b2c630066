"""The project that Docker Compose would build from a trainee's files, and what follows from it; no engine needed.

`load` gives the model; `network` says who reaches whom, `lasting` what survives, `order` who waits for whom.
Rules are those of compose-go, which Compose itself uses. `tests/compose/cases.py` holds what the two are compared on.
"""

from checker.compose.load import load
from checker.compose.model import Project, Service
from checker.compose.values import Refused

__all__ = ["Project", "Refused", "Service", "load"]
