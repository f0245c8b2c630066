"""What exercise 9 asks of the model's own metrics, and of several processes."""

from itertools import pairwise

from checker import check, expect, partial, read_hints, sibling

reading = sibling(__file__, "reading")
HINTS = read_hints(__file__)
COUNTED, CLASSES, SCORES = reading.COUNTED, reading.CLASSES, reading.SCORES
MISSING = reading.MISSING
THRESHOLD = 0.9
LESS = "How many processes are there, which one is asked, and where do the numbers of the other lie?"
MORE = "Nobody sent that many. What is in this registry besides the sum of all processes, and how often is it put in?"
CLASS_NAMED = "Which two values of this label does the table name, and what becomes of yours as a text?"
CLASS_ANEW = "Is this the class that app.py hands over, or one that is made anew from the score?"
CLASS_HANDED_OVER = "Which label does the table name, and which of the two values that predicted() gets is the class?"


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="score", task=3, points=2, tier="full", after=("page",), hints=HINTS["score"],
    why="A service can be quick, up, and wrong: what the model says is a metric of its own.",
)  # fmt: skip
def test_scores_and_classes(submission):
    """What the model says is counted by class, and its scores stand in buckets from 0 to 1."""
    draw = submission.random
    scores = [draw.choice((0.03, 0.33, 0.48)), draw.choice((0.52, 0.77)), 0.97]
    reading.lay_stub(submission, scores)
    # Far from a half: a class that predicted() works out by itself is another one then.
    reading.lay_threshold(submission, THRESHOLD)
    said = [(one, one % 3) for one in range(1, draw.randint(14, 20))]
    for movie, _ in said:
        submission.http("POST", "/predict", json={"user_id": 3, "movie_id": movie})
    read = reading.page(submission)
    tried = f"sent {len(said)} predictions with the scores {scores}, class 1 from {THRESHOLD} on"
    where = "metrics.py, the metrics of task 3"
    _expect_only(read, CLASSES, {"prediction_class"}, tried, where)
    given = [scores[place] for _, place in said]
    _expect_classes(read, given, tried, where)
    expect(
        read.kind(SCORES) == "histogram" and read.total(f"{SCORES}_count") == len(said),
        tried=tried,
        seen=_seen_of_scores(read),
        expected=f"a histogram `{SCORES}` that holds each score once",
        where=where,
        next="Which kind of metric shows later how scores are spread?" if read.kind(SCORES) else MISSING,
    )
    _expect_only(read, f"{SCORES}_count", set(), tried, where)
    _expect_scores(read, given, tried, where)


def _expect_only(read, name, due, tried, where):
    """The labels of the table and no other: each further one multiplies the series."""
    names = {label for labels, _ in read.of(name) for label in labels}
    expect(
        names <= due,
        tried=tried,
        seen=f"{len(read.of(name))} series of {name}, with the labels {', '.join(sorted(names))}",
        expected=f"the labels of the brief's table: {', '.join(sorted(due)) or 'none'}",
        where=where,
        next="How many values can each label have, and how many series does that make in a month?",
    )


def _expect_classes(read, given, tried, where):
    kind = read.kind(CLASSES)
    there = sorted({labels.get("prediction_class", "") for labels, _ in read.of(CLASSES)} - {""})
    for label, count in (("0", sum(one < THRESHOLD for one in given)), ("1", sum(one >= THRESHOLD for one in given))):
        counted = read.total(CLASSES, prediction_class=label)
        other = kind == "counter" and bool(set(there) - {"0", "1"})
        expect(
            kind == "counter" and counted == count,
            tried=tried,
            seen=_seen_of_class(kind, label, there if other else [], counted, count),
            expected=f"a counter `{CLASSES}` with each prediction under its class",
            where=where,
            next=CLASS_NAMED if other else _of_class(counted, label, given) if kind else MISSING,
        )


def _of_class(counted, label, given):
    """The question to a wrong number: whether a half is taken for the boundary, wherever the app has put it."""
    return CLASS_ANEW if counted == sum(str(round(one)) == label for one in given) else CLASS_HANDED_OVER


def _seen_of_class(kind, label, others, counted, count):
    if kind != "counter":
        return f"{CLASSES} is a {kind}" if kind else f"no metric `{CLASSES}` on the page"
    named = f"; prediction_class is {', '.join(map(repr, others[:4]))}" if others else ""
    return f'{counted:g} in the series prediction_class="{label}", where {count} were made{named}'


def _seen_of_scores(read):
    kind = read.kind(SCORES)
    if kind == "histogram":
        return f"{SCORES} holds {read.total(f'{SCORES}_count'):g}"
    return f"{SCORES} is a {kind}" if kind else f"no metric `{SCORES}` on the page"


def _expect_scores(read, given, tried, where):
    total = read.total(f"{SCORES}_sum")
    expect(
        abs(total - sum(given)) < 1e-6,
        tried=tried,
        seen=f"the scores add up to {total:g}",
        expected=f"the scores as the model gave them, {sum(given):g} in all",
        where=where,
        next="Which of the two values that predicted() gets is put into the buckets?",
    )
    inside = [0.0, *(bound for bound in read.bounds(SCORES) if 0 < bound < 1), 1.0]
    widest = max(pairwise(inside), key=lambda pair: pair[1] - pair[0])
    expect(
        widest[1] - widest[0] <= 0.2 + 1e-9,
        tried=tried,
        seen=f"a bucket from {widest[0]:g} to {widest[1]:g}",
        expected="between 0 and 1 no bucket wider than 0.2, so that a shift of the scores shows",
        where=where,
        next="For which quantity were the library's own bounds chosen, and where do scores lie?",
    )


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="workers", task=5, points=4, tier="full", after=("counter",), hints=HINTS["workers"],
    why="A scrape meets one process by chance; a number that depends on chance can raise no alarm.",
)  # fmt: skip
def test_processes_are_added_up(submission):
    """Two processes behind one port tell the same numbers: what both counted together, once."""
    reading.lay_stub(submission)
    submission.replace("shared/.keep", "")
    draw = submission.random
    sent = (draw.randint(3, 6), draw.randint(7, 12))
    env = {"PROMETHEUS_MULTIPROC_DIR": "shared"}
    with submission.serve(env=env) as first, submission.serve(env=env) as second:
        for server, count in zip((first, second), sent, strict=True):
            # Refused ones: no other request of this check ends with their status.
            reading.sends(server, draw, count, user_id=0)
        told = _told_by((first, second), sum(sent))
    _expect_sum(told, sent)
    _begins_at_zero(submission, draw)


def _expect_sum(told, sent):
    """Each of both processes tells what both counted, once."""
    expect(
        told == [sum(sent)] * 2,
        tried=f"started two processes with one folder, sent {sent[0]} bad predictions to one, {sent[1]} to the other",
        seen=f'with status="422" the first says {told[0]:g}, the second {told[1]:g}; {sum(sent)} were sent',
        expected="from both the same: what all processes counted together, once",
        where="metrics.py, exposition",
        next=MORE if max(told) > sum(sent) else LESS,
    )


def _begins_at_zero(submission, draw):
    """Without the variable nothing outlives a process: a folder kept by metrics.py would be counted again."""
    sent = (draw.randint(3, 6), draw.randint(7, 12))
    told = [0.0]
    for count in sent:
        with submission.serve() as server:
            reading.sends(server, draw, count, user_id=0)
            told = _told_by([server], count)
    if told != [sent[1]]:
        partial(
            2,
            tried="started one process without PROMETHEUS_MULTIPROC_DIR, ended it, and started it once more",
            seen=f'with status="422" it says {told[0]:g}, where {sent[1]} were sent since the second start',
            expected=f"{sent[1]}: without the variable the page is as before, and a new process begins at 0",
            where="metrics.py",
            next="Who says whether there are several processes, and what empties the folder before the next start?",
        )


def _told_by(servers, due):
    """What each server says. A client may have its answer before it is counted, so a few are asked again."""
    told = []
    for _ in range(20):
        pages = [reading.page(server, tried="asked a process for /metrics") for server in servers]
        told = [page.total(COUNTED, status="422") for page in pages]
        if told == [due] * len(servers):
            break
    return told
