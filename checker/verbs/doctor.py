"""`checker doctor`. The work is done by checker/doctor, which also runs without an environment."""

from checker.doctor.__main__ import arguments, run

__all__ = ["arguments", "run"]
