"""JupyterLab as a trainee meets it, in a real browser: START_HERE, check cells, the services, nbgrader's panels."""

import re

import pytest
from playwright.sync_api import expect

from course.tests.lab.browser import Notebook
from course.tests.lab.desk import fetched, solve

# A busy machine needs a minute to start Lab, and validating runs a whole notebook.
pytestmark = [pytest.mark.full, pytest.mark.live, pytest.mark.timeout(600)]

FIRST, ALL = "from checker.notebook import check", 'check("01")'


def test_start_here_leads_from_not_yet_to_exercise_1(page):
    start_here = Notebook(page)

    report = start_here.run(FIRST)

    expect(report.locator("caption")).to_have_text(re.compile(r"^Exercise 1: Prediction endpoint\s+0 of \d+ points$"))
    lost = report.locator("tr", has=page.get_by_role("rowheader", name="not yet")).first
    assert lost.locator("dt").all_inner_texts() == ["task", "tried", "seen", "expected", "where", "next"]
    expect(lost).to_contain_text("is refused with 422")
    # The bell in the corner counts pop-ups, news among them.
    expect(page.locator(".jp-Notification-Status")).to_have_text("0")
    expect(start_here.run("progress()")).to_contain_text(re.compile(r"1 Prediction endpoint\s*0 of \d+ points"))

    start_here.panel.get_by_role("link", name="Exercise 1, Prediction endpoint").click()
    expect(page.locator(".jp-mod-current.lm-TabBar-tab")).to_have_text("01_prediction_endpoint.ipynb")
    expect(Notebook(page).ready().panel.get_by_role("heading", level=1)).to_contain_text("1 Prediction endpoint")


def test_the_rows_of_exercise_1_turn_from_not_yet_to_passed(page, places):
    exercise = Notebook.opened(page, "01_prediction_endpoint/01_prediction_endpoint.ipynb")
    exercise.run("import os")
    before = exercise.run(ALL)
    expect(before.locator("caption")).to_contain_text(re.compile(r"\D0 of \d+ points"))
    most = before.locator("caption").inner_text().split()[-2]
    assert before.get_by_role("rowheader", name="passed").count() == 0

    solve(places, "01")
    after = exercise.run(ALL)

    expect(after.locator("caption")).to_contain_text(f"{most} of {most} points")
    assert set(after.get_by_role("rowheader").all_inner_texts()) == {"kept", "passed"}


def test_a_file_with_a_dot_before_its_name_opens_by_its_link(page, places):
    exercise = Notebook.opened(page, "03_dockerfile/03_dockerfile.ipynb")

    exercise.panel.get_by_role("link", name=".dockerignore").first.click()

    expect(page.locator(".jp-mod-current.lm-TabBar-tab")).to_have_text(".dockerignore")
    editor = page.locator(".jp-FileEditor:not(.lm-mod-hidden) .cm-content")
    expect(editor).to_contain_text("These lines came from .gitignore")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("notes.md")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-current.lm-TabBar-tab")).not_to_have_class(re.compile("jp-mod-dirty"))
    assert (places.work / "03_dockerfile" / ".dockerignore").read_text("utf-8").endswith("notes.md")


def test_the_docs_of_the_sample_service_open_inside_lab(page, lab):
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_role("menuitem", name="New Launcher").click()
    with page.expect_response(lambda answer: answer.url.endswith("/movie-service/docs")) as docs:
        page.locator(".jp-LauncherCard", has_text="Sample service").click()

    assert docs.value.status == 200
    inside = page.frame_locator('iframe[src$="/movie-service/docs"]')
    expect(inside.locator(".info .title")).to_contain_text("movie_service")
    expect(inside.locator("#operations-predictions-predict_predict_post, .opblock-post").first).to_contain_text(
        "/predict"
    )

    assert page.goto(lab.service_url).status == 200
    expect(page.locator(".info .title")).to_contain_text("movie_service")


def test_the_trainees_own_service_answers_through_jupyterlab(page):
    exercise = Notebook.opened(page, "01_prediction_endpoint/01_prediction_endpoint.ipynb")
    exercise.run("import os")
    started = exercise.run("service = start()display(service")
    with page.expect_popup() as popup:
        started.locator('a[href^="/proxy/"]').click()
    docs = popup.value

    docs.locator(".opblock-post", has_text="/predict").first.click()
    docs.get_by_role("button", name="Try it out").click()
    docs.get_by_role("button", name="Execute").click()

    expect(docs.locator(".request-url")).to_contain_text(re.compile(r"/proxy/\d+/predict"))
    expect(docs.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")
    exercise.run("stop_everything()")
    docs.close()


@pytest.mark.twice_a_week(4)
def test_nbgrader_validates_what_it_handed_out(page, places):
    folder = fetched(places, "01")
    exercise = Notebook.opened(page, "fetched/01_prediction_endpoint/01_prediction_endpoint.ipynb")

    untouched = exercise.validated()
    solve(places, "01", folder)
    solved = exercise.validated()

    assert 'score("01", 1)' in untouched
    assert solved == "Success! Your notebook passes all the tests."


def test_nbgraders_list_of_assignments_opens_without_an_error(page):
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_role("menuitem", name="Assignment List").click()

    for name, said in {
        "released": "There are no assignments to fetch.",
        "fetched": "There are no downloaded assignments.",
        "submitted": "There are no submitted assignments.",
    }.items():
        placeholder = page.locator(f"#{name}_assignments_list_placeholder")
        expect(placeholder).to_be_visible()
        expect(placeholder).to_have_text(re.compile(said))
        expect(page.locator(f"#{name}_assignments_list_error")).to_be_hidden()
