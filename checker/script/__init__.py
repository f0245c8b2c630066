"""A line or script for a shell: which exit code it has when the programs in it end so or so. Nothing is run."""

from checker.script.exits import ends, ends_exec, reached_programs
from checker.script.grammar import Unclear
from checker.script.programs import Ended, unwrapped

__all__ = ["Ended", "Unclear", "ends", "ends_exec", "reached_programs", "unwrapped"]
