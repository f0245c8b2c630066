"""axe-core over the built site: what it finds, that it finds what is planted, and what is said where it is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checker.classroom.report import POLICY, page
from checker.classroom.report_load import load
from checker.course import find_course
from checker.law.today import PARTS, of_its_day
from checker.tests.classroom.made import usual
from checker.tests.conftest import MINI
from course.build.npm import NotToBeHad
from course.build.site import axe
from course.build.site.command import accessible, main
from course.engines.testing import not_in_ci
from course.start.places import this_clone

CACHE = this_clone().build / "axe"
PLAIN = "<!doctype html><html lang=en><title>t</title><body data-md-color-scheme={scheme}><main>{body}</main>"
# The page shows itself in the scheme that the reader wants, as the theme does.
THEME = (
    "<script>document.body.dataset.mdColorScheme = "
    "matchMedia('(prefers-color-scheme:dark)').matches ? 'slate' : 'default'</script>"
)


@pytest.fixture(scope="module")
def tools() -> tuple[Path, str]:
    """axe-core and Chromium, or a skip that says what is missing; in CI a failure."""
    try:
        return axe.axe_core(CACHE), axe.chromium()
    except NotToBeHad as missing:
        if os.environ.get("CI") == "true" and "axe" not in not_in_ci():
            pytest.fail(f"{missing} In CI this test must run.", pytrace=False)
        pytest.skip(str(missing))


@pytest.mark.full
@pytest.mark.live
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_axe_finds_nothing_serious_on_pages_that_hold_every_kind_of_element(part, html, tools):
    pages = axe.covering(html, axe.pages_of(html))[part::PARTS]

    looked = axe.look(html, pages, *tools)

    assert [str(one) for one in looked.findings] == []
    assert (looked.elsewhere, looked.errors) == ((), ())


@pytest.mark.full
@pytest.mark.live
@pytest.mark.timeout(300)
def test_axe_finds_nothing_serious_in_a_class_report(tmp_path, tools):
    out = usual(tmp_path / "class")
    text = page(load(find_course(MINI), out))
    # Its policy lets no script in, and a script is what tells axe's reader the scheme.
    (tmp_path / "report.html").write_text(text.replace(POLICY, "").replace("</body>", f"{THEME}</body>"))

    looked = axe.look(tmp_path, ["report.html"], *tools)

    assert text.count(POLICY) == 1
    assert [str(one) for one in looked.findings] == []
    assert (looked.elsewhere, looked.errors) == ((), ())


@pytest.mark.full
@pytest.mark.live
@pytest.mark.timeout(300)
@pytest.mark.twice_a_week(4)
def test_planted_faults_are_found_in_the_scheme_and_width_that_show_them(tmp_path, tools):
    faint = "<style>[data-md-color-scheme=slate] p{color:#333;background:#222}</style><p>too faint in the dark</p>"
    wide = "<div style='width:600px'>wider than a phone</div>"
    for name, body in {"faint": faint, "wide": wide, "silent": "<img src='data:,'>", "sound": "<h1>Sound</h1>"}.items():
        (tmp_path / f"{name}.html").write_text(PLAIN.format(scheme="default", body=body) + THEME)
    (tmp_path / "asks.html").write_text(PLAIN.format(scheme="default", body="<h1>Asks</h1>") + THEME
                                        + "<script src='https://example.org/x.js'></script>")  # fmt: skip
    (tmp_path / "stuck.html").write_text(PLAIN.format(scheme="default", body="<h1>Stuck</h1>"))

    looked = axe.look(tmp_path, axe.pages_of(tmp_path), *tools)

    found = {(one.page, one.rule, one.seen_in) for one in looked.findings}
    assert found == {
        ("faint.html", "color-contrast", "dark, 1280 px"), ("faint.html", "color-contrast", "dark, 390 px"),
        ("silent.html", "image-alt", "light, 1280 px"), ("silent.html", "image-alt", "light, 390 px"),
        ("stuck.html", "page-in-another-scheme", "dark, 1280 px"),
        ("stuck.html", "page-in-another-scheme", "dark, 390 px"),
        ("wide.html", "page-scrolls-sideways", "dark, 390 px"), ("wide.html", "page-scrolls-sideways", "light, 390 px"),
    }  # fmt: skip
    assert looked.elsewhere == ("https://example.org/x.js",)


def test_the_sample_leaves_no_kind_of_element_out(tmp_path):
    for name, body in {"a": "<p>x</p>", "b": "<p>x</p><ul class=q><li>x</li></ul>", "c": "<ol><li>x</li></ol>"}.items():
        (tmp_path / f"{name}.html").write_text(f"<html><body>{body}</body></html>")

    assert axe.covering(tmp_path, axe.pages_of(tmp_path)) == ["b.html", "c.html"]


def test_the_page_for_wrong_addresses_is_not_opened_from_the_disk(tmp_path):
    for name in ("404.html", "part/index.html", "part/404.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("<html></html>")

    assert axe.pages_of(tmp_path) == ["part/404.html", "part/index.html"]


def test_without_npm_it_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert accessible(tmp_path, tmp_path) == 3
    assert capsys.readouterr().err == (
        f"error: axe-core {axe.AXE} is fetched by npm, which is not on the PATH. On Debian: apt-get install npm\n"
        "try: python -m course site --axe\n"
    )


@pytest.mark.parametrize("text", ["2", "5/4", "0/4", "a/b"])
def test_a_part_that_is_none_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        main(["--part", text])

    assert f"argument --part: {text!r} is no part; the second of four is 2/4" in capsys.readouterr().err


def test_a_script_that_is_not_the_known_one_is_removed(tmp_path):
    kept = tmp_path / f"axe-core-{axe.AXE}.js"
    kept.write_text("something else")

    with pytest.raises(NotToBeHad) as refused:
        axe.axe_core(tmp_path)

    assert str(refused.value) == f"axe-core {axe.AXE} is not the file that this course knows; it was removed again."
    assert not kept.exists()
