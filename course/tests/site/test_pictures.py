"""Pictures on pages: the five of the course, each from one file for slide and page, and those of the benchmark."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import yaml

from course import facts
from course.benchmarks import graphs
from course.build import costs
from course.build.site import pictures
from course.build.site.parts import PageError
from course.build.site.values import Values, filled
from course.start.places import this_clone

ROOT = this_clone().root
PAGES = ROOT / "docs" / "pages"
DECKS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "slides").glob("*.md")))
SHOWN = {
    "architecture": "parts/01_introduction/1.2_project.md",
    "request_path": "parts/02_model_serving_fundamentals/2.1_serving.md",
    "rollout": "parts/04_deployment_strategies/4.2_kubernetes.md",
    "drift": "parts/06_monitoring_and_observability/6.1_monitoring.md",
    "cost": "parts/07_advanced_topics/7.4_cost.md",
}


@pytest.mark.parametrize(("name", "page"), SHOWN.items())
def test_a_picture_of_the_course_has_one_source_for_slide_and_page(name, page):
    assert f"(diagrams/{name}.yaml)" in DECKS
    assert f"\n{{{{picture:{name}}}}}\n" in (PAGES / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_says_in_words_what_it_shows_and_fits_a_page(name):
    text = pictures.diagram(name)

    svg = ElementTree.fromstring(text).find(".//{http://www.w3.org/2000/svg}svg")
    assert svg.get("role") == "img"
    assert len((svg.get("aria-label") or svg[0].text).split()) >= 20
    assert "{{" not in text and "\n" not in text
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
    # Not below ten pixels where a phone shows 620 of these 900.
    assert all(size * 620 / pictures.ROOM >= 10 for size in sizes)


def test_every_file_of_a_diagram_is_shown():
    files = {path.stem for path in (ROOT / "slides" / "diagrams").glob("*.yaml")}

    assert files == set(re.findall(r"\(diagrams/([\w-]+)\.yaml\)", DECKS))


def test_the_costs_are_worked_out_from_the_facts():
    known = facts.load()
    price = {name: float(known[name].value) for name in costs.FACTS}

    assert costs.month(known) == {
        "cluster": f"{730 * price['eks_cluster_hour']:.0f}",
        "tasks": f"{730 * (0.5 * price['fargate_vcpu_hour'] + price['fargate_gb_hour']):.0f}",
        "balancer": f"{730 * price['alb_hour']:.0f}",
        "logs": f"{365 / 12 * price['logs_ingest_gb']:.0f}",
        "predictions": f"{365 / 12 * price['request_cpu_us'] / 3600 * price['fargate_vcpu_hour']:.2f}",
    }
    said = yaml.safe_load((ROOT / "slides" / "diagrams" / "cost.yaml").read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"\{\{cost:\w+\}\}", bar["value"]) for bar in said["bars"])


def test_the_page_of_the_benchmarks_shows_every_picture_once():
    page = (PAGES / "reference" / "benchmarks.md").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^\{\{bench:(\w+)\}\}$", page, re.MULTILINE)) == sorted(graphs.PICTURES)


def test_a_picture_that_nothing_draws_is_refused(tmp_path):
    for kind in ("picture", "bench"):
        with pytest.raises(PageError) as refused:
            filled(f"{{{{{kind}:nothing}}}}", "p.md", Values(tmp_path, tmp_path))
        assert str(refused.value) == (
            f"p.md: there is no {kind} 'nothing'. Mend the name, or compute it in site/values.py."
        )


def test_a_picture_whose_rows_nobody_published_says_so(monkeypatch):
    monkeypatch.setattr(pictures, "_published", dict)

    assert pictures.bench("naive") == "<p>Not drawn: nobody has published a measurement of naive yet.</p>"
