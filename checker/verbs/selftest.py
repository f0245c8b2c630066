"""`checker selftest`: the exercises prove themselves; what is asked stands in checker/law."""

from checker.law.selftest import arguments, run

__all__ = ["arguments", "run"]
