"""What exercise 9 asks of answers.toml: what stands in the tables of buckets.py and panels.py."""

from checker import check, expect, read_hints, sibling

answers = sibling(__file__, "answers")
HINTS = read_hints(__file__)
FILE = "answers.toml"
# One more or less than the rounded value: who rounds on the way may come out there.
NEAR = 1.5
# The last finite bound of the tables is 2.5 s, and no p95 of theirs is as little as 2.5 ms.
SECONDS = 2.5
PODS = "A percentile is a place in one pod's row, and no mean of two places is a place. What of both rows can be added?"


@check(
    id="over-goal", task=2, points=1, hints=HINTS["over-goal"],
    why="A bucket holds all that the smaller ones hold: one subtraction answers how many broke the goal.",
)  # fmt: skip
def test_over_goal(submission):
    """You read from the buckets how many requests took longer than 100 ms."""
    given = submission.answers().get("over_100_ms", int)
    right = answers.answers(submission.seed, {})["over_100_ms"]
    expect(
        given == right,
        tried="compared over_100_ms with the two tables of your seed",
        seen=f"over_100_ms is {given}",
        expected="all requests of both pods, less those that stayed within the goal",
        where=f"{FILE}, task 2",
        next="Which rows of the two tables hold the requests that took at most 0.1 s?",
    )


@check(
    id="p95", task=2, points=2, hints=HINTS["p95"],
    why="It is what histogram_quantile() does; whoever has done it once knows how far a p95 can be trusted.",
)  # fmt: skip
def test_p95(submission):
    """You read the p95 of the whole service from the buckets of both pods."""
    # A percentile that is not rounded is right too, and is judged by its value.
    given, right = submission.answers().get("p95_ms", float), answers.p95(answers.both_pods(submission.seed))
    expect(
        abs(given - right) <= NEAR,
        tried="compared p95_ms with the two tables of your seed",
        seen=f"p95_ms is {given}{_way(given, submission.seed)}",
        expected="the p95 of all requests of both pods, in whole milliseconds",
        where=f"{FILE}, task 2",
        next=_question(given, submission.seed),
    )


def _in_seconds(given):
    """Whether a value can be no time in milliseconds."""
    return 0 < given <= SECONDS


def _way(given, seed):
    """How somebody may have come to a wrong value."""
    if not _in_seconds(given):
        return _known(given, seed)
    right = abs(given * 1000 - answers.p95(answers.both_pods(seed))) <= NEAR
    return f"{', the p95 of both pods' if right else _known(given * 1000, seed)}, in seconds"


def _known(given, seed):
    """What a wrong value is, in milliseconds."""
    told = _of_pods(given, seed)
    if told:
        return told
    return ", a bound of the bucket that holds it" if given in answers.bucket_of(seed) else ""


def _of_pods(given, seed):
    """How a wrong value was made of the percentiles of the pods; empty when it was not."""
    pods = answers.pods(seed).values()
    each, requests = [answers.p95(counts) for counts in pods], [counts[-1] for counts in pods]
    weighted = sum(one * count for one, count in zip(each, requests, strict=True)) / sum(requests)
    ways = {
        ", the mean of the p95 of both pods": [sum(each) / 2],
        ", the mean of the p95 of both pods, weighted by their requests": [weighted],
        ", the p95 of one pod alone": each,
    }
    return next((way for way, values in ways.items() if any(abs(given - one) <= NEAR for one in values)), "")


def _question(given, seed):
    if _in_seconds(given):
        return "In which unit are the bounds `le`, and which unit stands in the name p95_ms?"
    if _of_pods(given, seed):
        return PODS
    lower, upper = answers.bucket_of(seed)
    if lower <= given <= upper:
        return "How far into its bucket does the request at 95 of 100 lie?"
    return "How many requests are 95 of 100 of both pods together, and which bucket reaches that count?"


@check(
    id="panels", task=6, points=4, tier="full", hints=HINTS["panels"],
    why="A wrong panel is worse than none: it is green while users leave.",
)  # fmt: skip
def test_panels(submission):
    """You know of each panel what is wrong with it, or that nothing is."""
    known = {word for word, _ in answers.WORDS}
    given = submission.answers()
    for number, (title, word, question) in enumerate(answers.shown(submission.seed), 1):
        key = f"panel_{number}"
        said = given.get(key, str)
        where = f"{FILE}, task 6"
        expect(
            said in known,
            tried=f"read {key}",
            seen=f"{key} is {said!r:.40}",
            expected="one word of the brief's table",
            where=where,
            next="Which words does the table of TODO 6 have?",
        )
        expect(
            said == word,
            tried=f"compared {key} with the panel of your seed, {title!r}",
            seen=f"{key} is {said!r}, and that is not so here",
            expected="what is wrong with this panel, or `nothing`",
            where=where,
            next=question,
        )
