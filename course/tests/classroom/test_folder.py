"""The folder is made, completed and proven whole; what it lacks and what rotted is said by name."""

import argparse
import json
import subprocess
import tarfile

import pytest

from course.classroom import command, folder, page
from course.classroom.folder import Listed, Served
from course.classroom.targets import Target
from course.start.console import console_for
from course.start.places import Places
from course.start.source import this_platform, this_python

HERE = Served(this_platform(), this_python(), 2, 3_000_000)


@pytest.fixture
def made(tmp_path):
    """A small classroom that is whole."""
    room = tmp_path / "room"
    (room / "wheelhouse").mkdir(parents=True)
    (room / "README.html").write_text("page")
    (room / "pack.tar.gz").write_text("pack")
    (room / "wheelhouse/one.whl").write_text("wheel")
    Listed({"learn.txt": "x"}, (HERE,), folder.listing(room)).write(room)
    return room


def test_a_whole_one_is_told_so(made, capsys):
    assert command.main(["--verify", str(made)]) == 0

    assert capsys.readouterr().out == f"{made}: 3 files, 0 MB, all as they were made\n"


def test_what_is_missing_or_changed_is_named(made, capsys):
    (made / "pack.tar.gz").unlink()
    (made / "README.html").write_text("page and more")
    (made / "wheelhouse/one.whl").write_text("whEel")

    assert command.main(["--verify", str(made)]) == 1

    told = capsys.readouterr()
    assert told.out == (
        "changed     README.html: 13 bytes, not 4\n"
        "missing     pack.tar.gz\n"
        "changed     wheelhouse/one.whl: as many bytes, but others\n"
    )
    assert told.err == (
        "error: 3 of 3 files are not as they were made.\n"
        f"try: copy these again; or python -m course classroom --out {made}, which fetches only what is missing "
        "or changed\n"
    )


def test_a_folder_that_is_none_is_named(tmp_path, capsys):
    assert command.main(["--verify", str(tmp_path)]) == 2

    assert capsys.readouterr().err == (
        f"error: {str(tmp_path)!r} holds no classroom.json, so it is no classroom.\n"
        f"try: python -m course classroom --out {tmp_path}\n"
    )


def test_a_half_made_one_is_named(tmp_path, capsys):
    Listed({"learn.txt": "x"}, (HERE,)).write(tmp_path)

    assert command.main(["--serve", str(tmp_path)]) == 1

    assert capsys.readouterr().err == (
        f"error: the classroom {str(tmp_path)!r} is half made.\n"
        f"try: python -m course classroom --out {tmp_path}, which goes on where it was\n"
    )


def test_a_list_that_cannot_be_read_is_named(made, capsys):
    (made / "classroom.json").write_text('{"files": ')

    assert command.main(["--verify", str(made)]) == 1

    assert capsys.readouterr().err == (
        f"error: {str(made / 'classroom.json')!r} cannot be read as the list of a classroom.\n"
        f"try: remove it, then python -m course classroom --out {made}; wheels that are whole are kept\n"
    )


def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")

    assert command.main(["--out", str(tmp_path)]) == 2

    assert capsys.readouterr().err == (
        f"error: {str(tmp_path)!r} is there and is no classroom; it was left as it is.\n"
        "try: name a new or an empty folder with --out\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def options(**named):
    return argparse.Namespace(**({"platform": None, "python": None, "clone": False} | named))


def test_site_and_slides_are_copied_anew_left_out_or_said_to_be_missing(tmp_path, monkeypatch, capsys):
    places = Places(tmp_path)
    for name, text in (
        ("site/html/index.html", "site"),
        ("site/html/assets/python/a.wasm", "0"),
        ("slides/index.html", "deck"),
    ):
        (places.build / name).parent.mkdir(parents=True, exist_ok=True)
        (places.build / name).write_text(text)
    monkeypatch.setattr(command, "_pack", lambda *_: None)
    monkeypatch.setattr(command, "_packages", lambda *_: (HERE,))
    monkeypatch.setattr(command, "_wanted", lambda *_: ([HERE.target], []))
    room, console = tmp_path / "room", console_for()

    for options_, there in (
        ([], {"site", "slides"}),
        (["--no-site"], {"slides"}),
        (["--no-site", "--no-slides"], set()),
    ):
        assert command.make(room, command._options(["--out", str(room), *options_]), places, console) == 0
        listed = json.loads((room / "classroom.json").read_text())["files"]
        assert {name.partition("/")[0] for name in listed} - {"README.html"} == there
        assert ('href="site/index.html"' in (room / "README.html").read_text()) is ("site" in there)
    capsys.readouterr()


def test_without_words_a_folder_keeps_its_machines(made, tmp_path):
    both = (Served("linux-arm64", "3.12", 0, 0), Served("macos-arm64", "3.13", 0, 0))
    Listed({"learn.txt": "x", "dev.txt": "y"}, both).write(made)

    kept, locks = command._wanted(made, options())
    named, _ = command._wanted(made, options(platform=["macos-arm64"], python=["3.12"]))

    assert kept == [Target("linux-arm64", "3.12"), Target("macos-arm64", "3.13")]
    assert locks == [command.LEARN, command.DEVELOP]
    assert named == [Target("macos-arm64", "3.12")]
    assert command._wanted(tmp_path / "new", options())[0] == [HERE.target]


def test_what_nobody_has_is_named_and_fails(made, capsys):
    from course.start.places import Places

    lacking = Served("linux-arm64", "3.14", 1, 2_000_000, ("one 1.0", "two 2.0"))
    listed = Listed({"learn.txt": "x"}, (HERE, lacking), folder.listing(made))

    assert command._told(made, listed, Places(made.parent)) == 1

    told = capsys.readouterr()
    assert told.out == (
        f"\nroom: 3 files, 0 MB\n  {HERE.target}: 2 packages, 3 MB\n"
        "  linux-arm64 with Python 3.14: 1 packages, 2 MB\n"
        "next: copy the folder to a stick, or python -m course classroom --serve room\n"
    )
    assert told.err == (
        "error: nobody has a wheel for linux-arm64 with Python 3.14 of one 1.0, two 2.0.\n"
        "try: another --python for these machines; or let their owners run python3 start.py env at home, "
        "which asks the network\n"
    )


def test_the_list_comes_back_as_it_was_written(made):
    before = folder.read(made)
    before.write(made)

    assert folder.read(made) == before
    assert set(json.loads((made / "classroom.json").read_text())) == {"locks", "targets", "files"}


def test_the_pack_travels_as_one_file_with_nobody_s_name_in_it(tmp_path):
    (tmp_path / "pack/work").mkdir(parents=True)
    (tmp_path / "pack/start.py").write_text("print('begun')\n")
    folder.put_pack(tmp_path / "pack", tmp_path)

    with tarfile.open(tmp_path / "pack.tar.gz") as archive:
        members = archive.getmembers()

    assert {member.name for member in members} == {"pack", "pack/start.py", "pack/work"}
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}


@pytest.mark.parametrize("form", ["stick", "network"])
def test_the_lines_of_the_page_unpack_once_and_leave_what_is_there(tmp_path, form):
    """Run by a real shell, with a home of their own; curl is asked for a file."""
    room, home = tmp_path / "the room", tmp_path / "home"
    (room / "pack").mkdir(parents=True)
    home.mkdir()
    (room / "pack/start.py").write_text("import os\nprint('begun from', os.environ['COURSE_CLASSROOM'])\n")
    folder.put_pack(room / "pack", room)
    url = f"file://{room}".replace(" ", "%20")
    line = page.FROM_FOLDER if form == "stick" else page.line(url)

    def typed():
        env = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        return subprocess.run(["sh", "-c", line], cwd=room, env=env, capture_output=True, text=True, check=False)

    first = typed()
    (home / "course/start.py").write_text("print('mine')\n")
    second = typed()

    assert first.stdout == f"begun from {room if form == 'stick' else url}\n", first.stderr
    assert (second.returncode == 0, second.stdout) == (False, "")
    assert (home / "course/start.py").read_text() == "print('mine')\n"


def test_the_page_of_the_folder_names_machines_and_what_they_lack(made):
    (made / "site").mkdir()
    (made / "site/index.html").write_text("site")
    listed = Listed({}, (Served("macos-arm64", "3.13", 180, 301_000_000, ("one 1.0",)),), {})

    text = page.readme(listed, made)

    assert "<tr><td>macos-arm64</td><td>3.13</td><td>180</td><td>301 MB</td><td>one 1.0</td></tr>" in text
    assert '<a href="site/index.html">' in text
    assert "slides/index.html" not in text
    assert "http" not in text


def test_a_full_disk_is_told(made, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", str(made / "pack.tar.gz"))

    monkeypatch.setattr(command, "make", full)

    assert command.main(["--out", str(made)]) == 3

    assert capsys.readouterr().err == (
        f"error: {str(made / 'pack.tar.gz')!r}: No space left on device.\n"
        "try: the same command, with room on the disk\n"
    )


def test_a_rotten_file_of_a_stick_is_unreadable_not_a_traceback(made, monkeypatch):
    def fails(path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(folder.stamps, "file_digest", fails)

    assert next(iter(folder.damage(made, folder.read(made)))) == "unreadable  README.html: Input/output error"
