"""`python -m course VERB …`: everything that needs course code, one module per verb."""

from __future__ import annotations

import importlib
import sys

# verb -> (module with a `main(argv) -> int`, what it does)
VERBS = {
    "data": ("course.training.generate", "write the seeded data set in MovieLens-100K format to build/data"),
    "train": ("course.training.train", "train the model bundle from a data folder into build/model"),
    "drift": ("course.training.drift", "four weeks after training: what drifts, what hurts, and when that shows"),
    "demo": ("course.project.demo.command", "the whole story on one machine: deploy, break, repair, report"),
    "outline": ("course.build.schedule", "print the schedule of a profile"),
    "coverage": ("course.coverage", "how much of the coverage list is taught, checked or asked"),
    "sync": ("course.build.sync", "write every generated file that is committed, or check it with --check"),
    "starter": ("course.build.draft", "write the starter of one exercise folder, also of a draft outside exercises/"),
    "site": ("course.build.site.command", "build the site into build/site, and serve it with --serve"),
    "browser": ("course.build.browser.command", "fetch Python for exercise 1 in a browser, then build the site"),
    "engines": ("course.engines.command", "real engines for live rows: find them, bring them up, end them"),
    "record": ("course.engines.record", "run exercises' files on real engines and keep what they said"),
    "slides": (
        "course.build.slides",
        "build the decks of slides/ into build/slides: HTML, to read, PDF, notes, PowerPoint",
    ),
    "answers": ("course.build.answers", "write the answer book of all questions as a PDF, for instructors"),
    "certificate": (
        "course.build.certificate",
        "judge a trainee's files and make a certificate to print, signed or not",
    ),
    "evaluation": ("course.evaluation", "count what trainees said of the course, from the codes of the site's form"),
    "classroom": ("course.classroom.command", "a room without the internet: make its folder, serve it, verify it"),
    "capacity": ("course.benchmarks.capacity", "replicas, nodes and cost for a load, from measured figures"),
    "bench": ("course.benchmarks", "measure side by side and write build/bench.json"),
}


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] in {"-h", "--help"}:
        print("usage: python -m course VERB …\n\nverbs:")
        for verb, (_, text) in VERBS.items():
            print(f"  {verb:<12}{text}")
        return 0
    if argv[0] not in VERBS:
        print(f"error: there is no verb {argv[0]!r}.\ntry: python -m course --help", file=sys.stderr)
        return 2
    module = importlib.import_module(VERBS[argv[0]][0])
    return int(module.main(argv[1:]))


if __name__ == "__main__":
    raise SystemExit(main())
