"""The laws that need no grading, by name: what tests, `selftest` and `new-exercise` go through."""

from __future__ import annotations

from collections.abc import Callable

from checker.law import brief, files, filling, load, notebook, predictions, recordings, verdicts, words
from checker.law.case import Case
from checker.law.catching import free_is_used
from checker.law.mutants import code_mutants

Rule = Callable[[Case], list[str]]


def _free(case: Case) -> list[str]:
    # Leaf mutants need the answers of observe tasks; entries for files of data are checked where they are counted.
    code = [pattern for pattern in case.variants.free if pattern.partition(",")[0].endswith(".py")]
    return [said for said in free_is_used(case, code_mutants(case)) if any(repr(one) in said for one in code)]


def _alone(case: Case) -> list[str]:
    return files.leans_on_no_other(case, files.slugs_beside(case.folder))


RULES: dict[str, Rule] = {
    "nothing is left to fill": filling.nothing_is_left_to_fill,
    "every check is lost by a wrong variant": verdicts.every_check_is_lost,
    "enough variants": verdicts.enough_variants,
    "variants and folders agree": verdicts.variants_and_folders_agree,
    "free mutants exist": _free,
    "the brief has its shape": brief.brief_has_its_shape,
    "a TODO names no key": brief.todos_name_no_key,
    "hints have their length": words.hints_have_their_length,
    "titles are sentences": words.titles_are_sentences,
    "points are fair": load.points_are_fair,
    "tasks are varied": load.tasks_are_varied,
    "minutes fit": load.minutes_fit,
    "typing is bounded": load.typing_is_bounded,
    "predictions are complete": predictions.predictions_are_complete,
    "the notebook has its shape": notebook.notebook_has_its_shape,
    "doing is short": notebook.doing_is_short,
    "questions are answered": notebook.questions_are_answered,
    "every file is named": files.every_file_is_named,
    "hand-ins hide no package": files.hand_ins_hide_no_package,
    "it leans on no other exercise": _alone,
    "recorded runs are current": recordings.recordings_are_current,
}
