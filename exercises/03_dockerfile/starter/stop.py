"""Starts a small app in five ways on this machine, sends SIGTERM to the first process of each, and looks who hears it.

python stop.py
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

APP = """import os, signal, sys, time
def heard(number, frame):
    print("heard", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, heard)
print("up", os.getpid(), flush=True)
time.sleep(30)
"""
PYTHON = f'"{sys.executable}"'
WAYS = [
    ('CMD ["python", "app.py"]', [sys.executable, "app.py"]),
    ("CMD exec python app.py", ["sh", "-c", f"exec {PYTHON} app.py"]),
    ("CMD python app.py", ["sh", "-c", f"{PYTHON} app.py"]),
    ("CMD python app.py | tee app.log", ["sh", "-c", f"{PYTHON} app.py | tee app.log"]),
    ("a script that calls python app.py", ["sh", "start.sh"]),
]
SECONDS = 2


def tried(command, folder):
    """Start a command, end its first process, and say who that was and whether the app heard of it."""
    said = folder / "said.txt"
    with said.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, start_new_session=True)
    try:
        up = waited(said, "up")
        first = "python" if f"up {process.pid}\n" in up else "sh"
        process.send_signal(signal.SIGTERM)
        return first, "heard it" if "heard" in waited(said, "heard") else f"heard nothing in {SECONDS} s"
    finally:
        # The app of a shell that ended lives on: end all that was started here.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def waited(said, word):
    end = time.monotonic() + (10 if word == "up" else SECONDS)
    while word not in said.read_text() and time.monotonic() < end:
        time.sleep(0.02)
    return said.read_text()


def main():
    if os.name != "posix":
        print("This machine has no SIGTERM as a container has it: read the table in the walkthrough.")
        return
    print(f"{'the command':<36}{'first process':<16}the app")
    for name, command in WAYS:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "app.py").write_text(APP)
            (Path(folder) / "start.sh").write_text(f"echo start\n{PYTHON} app.py\n")
            first, heard = tried(command, Path(folder))
        print(f"{name:<36}{first:<16}{heard}")
    print("\nWhere the shell came first, the signal ended it here, and its app lived on.")
    print("In a container it is process 1: it ignores the signal, and after 10 s Docker kills all of it.")


if __name__ == "__main__":
    main()
