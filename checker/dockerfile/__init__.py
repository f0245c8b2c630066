"""Reads a Dockerfile as Docker does: stages, steps, what a build is sent, and which steps run again.

Our own reader: of the libraries, dockerfile-parse knows no heredoc, no stage as a thing and no `.dockerignore`;
dockerfile (PyPI) wants a Go compiler. What is here was written from the documents of BuildKit and compared with it.
"""

from checker.dockerfile.cache import Step, steps
from checker.dockerfile.context import Context, Copied, Missing, copied, read_listing
from checker.dockerfile.ignore import Ignore
from checker.dockerfile.reading import DockerfileError, Instruction
from checker.dockerfile.shell import Simple, simple_commands
from checker.dockerfile.stages import Command, Dockerfile, Stage, State, read_dockerfile

__all__ = [
    "Command", "Context", "Copied", "Dockerfile", "DockerfileError", "Ignore", "Instruction", "Missing", "Simple",
    "Stage", "State", "Step", "copied", "read_dockerfile", "read_listing", "simple_commands", "steps",
]  # fmt: skip
