"""What exercises import is compiled when the environment is made, and nothing else is."""

from importlib.metadata import files, version
from importlib.util import cache_from_source
from pathlib import Path

from course.start import bytecode

LOCK = f"""\
networkx=={version("networkx")} \\
    --hash=sha256:00==
not-for-this-system==1.0 ; sys_platform == 'nowhere' \\
    --hash=sha256:00
# numpy==1
"""


def test_modules_are_those_of_installed_packages_without_their_tests(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text(LOCK)

    found = set(bytecode.modules(lock))

    brought = {str(one.locate()) for one in files("networkx") if one.suffix == ".py"}
    tests = {path for path in brought if "/tests/" in path}
    assert tests
    assert found == brought - tests


def test_they_are_compiled_side_by_side_and_one_that_cannot_be_is_passed_over(tmp_path, monkeypatch, capsys):
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("x = 1\n")
    bad.write_text("print 'old'\n")
    monkeypatch.setattr(bytecode, "modules", lambda lock: map(str, (bad, good)))
    monkeypatch.setattr(bytecode, "CHUNK", 1)

    bytecode.main(tmp_path)

    assert Path(cache_from_source(str(good))).exists()
    assert not Path(cache_from_source(str(bad))).exists()
    assert capsys.readouterr().out == "1 of 2\n2 of 2\n"
