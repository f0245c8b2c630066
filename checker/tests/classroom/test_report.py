"""The class report: what it counts, that everything is reached from it, and that it is safe to open."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from checker.classroom.report import page
from checker.classroom.report_data import hardest, times
from checker.classroom.report_load import load
from checker.classroom.report_parts import by_name
from checker.cli import main
from checker.tests.classroom.made import HIDDEN, LOST, PASSED, SLUG, WAITS, result, usual, write


class Read(HTMLParser):
    """The elements of a page, and the text without style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] != "style":
            self.said.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self):
        return " ".join("".join(self.said).split())


@pytest.fixture
def report(mini, tmp_path):
    return load(mini, usual(tmp_path / "out"))


@pytest.fixture
def read(report):
    return Read(page(report))


def test_a_check_counts_who_lost_it_and_groups_what_was_seen(report):
    names, answers = report.parts[0].lines

    assert (names.name, names.lost, names.of, dict(names.verdicts)) == ("01.names", 3, 5, {"passed": 2, "not_yet": 3})
    assert names.groups[0].row.seen == "'Hello'"
    assert [one.name for one in names.groups[0].trainees] == ["Cy", "Di"]
    assert names.groups[0].others == ("'Hello 5'",)
    assert (answers.lost, answers.groups) == (0, ())


def test_the_hardest_check_comes_first(report):
    assert [line.name for line in hardest(report.parts)] == ["01.names"]


def test_a_hidden_check_is_not_talked_about(mini, tmp_path):
    report = load(mini, write(tmp_path / "out", {"Ada": result(PASSED, HIDDEN), "Bob": result(PASSED, HIDDEN)}))

    assert hardest(report.parts) == []
    assert [line.lost for line in report.parts[0].lines if line.row.hidden] == [2]


def test_most_points_come_first_in_a_map(report):
    assert [one.name for one in report.parts[0].trainees][:2] == ["Ada", "Bob"]


def test_names_with_numbers_stand_in_their_order(mini, tmp_path):
    out = write(tmp_path / "out", {f"P{number}": result(PASSED) for number in (10, 9, 1)})

    assert [one.name for one in by_name(load(mini, out).trainees)] == ["P1", "P9", "P10"]


def test_a_starter_as_given_stops_nobody(mini, tmp_path):
    import hashlib

    starter = hashlib.sha256((mini.exercise(1).starter / "greeting.py").read_bytes()).hexdigest()
    given = replace(result(LOST, WAITS), submission={"sha256": "a" * 64, "files": {"greeting.py": starter}})
    report = load(mini, write(tmp_path / "out", {"Ada": given, "Bob": result(PASSED)}))

    assert [(line.lost, line.of) for line in report.parts[0].lines] == [(0, 1), (0, 0)]
    assert "starter as given" in Read(page(report)).text


def test_times_are_read_with_care_and_need_two_people(mini, tmp_path):
    out = write(tmp_path / "out", {name: result(PASSED) for name in ("Ada", "Bob", "Cy", "Di")})
    states = ({"first": 0, "1": 600}, {"first": 0, "1": 1200, "2": 1260}, {"first": "now"}, {"1": 5, "x": 9})
    for name, state in zip(("ada", "bob", "cy", "di"), states, strict=True):
        (out / "submissions" / name / SLUG / ".checker.json").write_text(json.dumps({"times": state}))

    (one,) = times(load(mini, out).trainees)

    assert (one.task, one.people, one.middle, one.slowest_quarter) == ("01.1", 2, 15.0, 17.5)


def test_every_link_leads_somewhere_on_the_page(read):
    targets = {attributes["id"] for _, attributes in read.tags if "id" in attributes}

    assert {link["href"].removeprefix("#") for link in read.all("a")} <= targets


def test_ids_are_given_once(read):
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]

    assert len(ids) == len(set(ids))


def test_each_cell_that_is_lost_leads_to_its_evidence(read):
    cells = [link for link in read.all("a") if link["href"].startswith("#c01-names-")]

    assert ("#c01-names-1", "not yet: 'Hello'") in {(one["href"], one.get("title")) for one in cells}


def test_tables_have_captions_and_headers(read):
    tables = len(read.all("table"))

    assert tables >= 4
    assert (len(read.all("caption")), len(read.all("thead"))) == (tables, tables)
    assert all(head.get("scope") in ("row", "col") for head in read.all("th"))


def test_color_is_never_alone(read):
    for verdict in ("passed", "not yet", "waits for"):
        assert verdict in read.text


def test_nothing_of_a_hand_in_becomes_code(report):
    text = page(report)
    read = Read(text)

    assert not {"script", "img", "iframe", "object", "link", "form", "base"} & {tag for tag, _ in read.tags}
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>[U+202E]txt.exe" in read.text
    assert not {"\x1b", "\u202e", "\x00"} & set(text)


def test_nothing_is_asked_of_another_host(read):
    policy = next(one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy")

    assert policy.startswith("default-src 'none'")
    assert not [one for _, one in read.tags if "src" in one or not (one.get("href") or "#").startswith("#")]


def test_late_and_refused_are_named(read):
    assert "90 minutes late: 10 % off." in read.text
    assert "The zip holds <script>" in read.text


def test_a_run_without_an_end_says_so(mini, tmp_path):
    out = usual(tmp_path / "out")
    table = json.loads((out / "class.json").read_text())
    (out / "class.json").write_text(json.dumps(table | {"ended": ""}))

    assert "This run is not at its end:" in Read(page(load(mini, out))).text


def test_the_command_writes_report_and_feedback(mini, tmp_path, monkeypatch, capsys):
    out = usual(tmp_path / "out")
    monkeypatch.chdir(mini.root)

    assert main(["report", str(out)]) == 0

    assert capsys.readouterr().out == f"report:   {out}/report.html\nfeedback: {out}/feedback/NAME.html and NAME.txt\n"
    names = sorted(path.name for path in (out / "feedback").iterdir())
    assert names == sorted(
        f"{who}{end}" for who in ("ada", "bob", "cy", "di", "mallory", "zed") for end in (".html", ".txt")
    )


def test_three_hundred_people_fit_into_one_page(mini, tmp_path):
    out = write(tmp_path / "out", {f"P{number}": result(LOST, WAITS) for number in range(300)})

    text = page(load(mini, out))

    assert len(text) < 1_000_000
    assert len([one for one in Read(text).all("td") if one.get("class") == "not_yet"]) == 300
