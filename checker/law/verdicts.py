"""Laws 1 to 5: what starter, solution, right and wrong variants must get, told from their results."""

from __future__ import annotations

from checker.law.case import Case
from checker.law.variants import Wrong
from checker.result import Result, Row

MIN_RIGHTS, MIN_WRONGS = 4, 8


def starter_earns_nothing(case: Case, result: Result) -> list[str]:
    """Law 1: no points, every guard kept, and a first message that tells what must become true and where."""
    where = f"{case.slug}/starter"
    said = _faults_of_ours(where, result)
    for row in result.rows:
        if row.earned:
            said.append(
                f"{where} earns {row.earned} of {row.max} points for {row.id!r}. "
                "Make that check a guard with 0 points, or take from the starter what passes it."
            )
        if row.kind == "guard" and row.verdict not in ("kept", "could_not_check"):
            said.append(
                f"{where} breaks the guard {row.id!r}: {row.seen}. A guard holds what the starter already does."
            )
    lost = next((row for row in result.rows if row.verdict in ("not_yet", "partial", "too_slow")), None)
    if lost and not (lost.seen and lost.where and lost.expected):
        said.append(
            f"{where}: the first lost row {lost.id!r} does not say seen, expected and where. Fill in all three."
        )
    return said


def earns_all(case: Case, name: str, result: Result) -> list[str]:
    """Laws 2 and 5: the solution, a right variant and the service's adapter pass every row."""
    where = f"{case.slug}/{name}"
    said = _faults_of_ours(where, result)
    for row in result.rows:
        if row.verdict not in ("passed", "kept", "could_not_check"):
            said.append(
                f"{where} loses {row.id!r} ({row.verdict}): {_told(row)}. "
                "Mend the files, or the check when it demands one form of a good answer."
            )
    return said


def loses_one(case: Case, wrong: Wrong, result: Result) -> list[str]:
    """Law 3: exactly the named check is lost, what comes after it waits, and the message names a handed-in file."""
    where = f"{case.slug}/wrong/{wrong.name}"
    said = _faults_of_ours(where, result)
    lost = [row for row in result.rows if row.verdict in ("not_yet", "partial", "too_slow", "broken")]
    for row in lost:
        if row.id != wrong.loses:
            said.append(
                f"{where} loses {row.id!r} too ({row.verdict}): {_told(row)}. "
                f"One fault loses one check: let {row.id!r} come after {wrong.loses!r}, or narrow one of the two."
            )
    named = next((row for row in lost if row.id == wrong.loses), None)
    if named is None:
        said.append(f"{where} does not lose {wrong.loses!r}. Sharpen the check, or mend `loses` in variants.toml.")
    elif not _names_a_file(case, named):
        files = ", ".join(case.exercise.hand_in)
        said.append(
            f"{where}: the message of {named.id!r} says where={named.where!r}, which names no file of {files}. "
            "Name the faulty file."
        )
    return said


def loses_first(case: Case, wrong: Wrong, result: Result) -> list[str]:
    """Law 3 with another seed: the first row that is lost is the named one; luck of the draw plays no part."""
    lost = next((row.id for row in result.rows if not row.good), "nothing")
    if lost == wrong.loses:
        return []
    return [
        f"{case.slug}/wrong/{wrong.name} loses {lost!r} with seed {result.seed}, not {wrong.loses!r}. "
        "Draw the inputs of that check so that the mistake always shows."
    ]


def every_check_is_lost(case: Case) -> list[str]:
    """Law 4: each check, guards too, is the one that some wrong variant loses; `loses` names checks that exist.

    Live rows have no variant of their own: what an engine says of every variant is compared in `make test-live`.
    """
    said = []
    declared = [check.id for check in case.checks if check.kind != "live"]
    lost = {wrong.loses for wrong in case.variants.wrong}
    for check_id in declared:
        if check_id not in lost:
            said.append(
                f"{case.slug}/variants.toml: no wrong variant loses {check_id!r}. "
                "Add the mistake that this check is there for, with its source."
            )
    for wrong in case.variants.wrong:
        if wrong.loses not in declared:
            known = ", ".join(declared)
            said.append(
                f"{case.slug}/variants.toml: [wrong.{wrong.name}] loses {wrong.loses!r}, which is no check. "
                f"There are: {known}."
            )
    return said


def enough_variants(case: Case) -> list[str]:
    """Laws 4 and 5: at least eight wrong and four right variants; two with the same choice count as one."""
    said = []
    if len(case.variants.wrong) < MIN_WRONGS:
        said.append(
            f"{case.slug}/variants.toml names {len(case.variants.wrong)} wrong variants. "
            f"Add mistakes that people make, until there are {MIN_WRONGS}."
        )
    choices: dict[str, str] = {}
    for right in case.variants.right:
        same = choices.setdefault(right.differs.strip().lower(), right.name)
        if same != right.name:
            said.append(
                f"{case.slug}/variants.toml: right variants {same!r} and {right.name!r} differ in the same choice, "
                f"{right.differs!r}. Replace one of them."
            )
    if len(choices) < MIN_RIGHTS:
        said.append(
            f"{case.slug}/variants.toml names {len(choices)} right variants with a choice of their own. "
            f"Add good answers in another form, until there are {MIN_RIGHTS}."
        )
    return said


def variants_and_folders_agree(case: Case) -> list[str]:
    """Every folder below right/ and wrong/ has an entry, every entry a folder or files that it leaves out."""
    said = []
    for kind, entries in (("wrong", case.variants.wrong), ("right", case.variants.right)):
        folders = {path.name for path in (case.folder / kind).glob("*") if path.is_dir() and any(path.rglob("*"))}
        named = {entry.name for entry in entries}
        with_files = {entry.name for entry in entries if not entry.without}
        for name in sorted(folders - named):
            said.append(f"{case.slug}/{kind}/{name} has no entry. Add [{kind}.{name}] to variants.toml.")
        for name in sorted(with_files - folders):
            said.append(
                f"{case.slug}/variants.toml: [{kind}.{name}] has no folder {kind}/{name}. Add it with its files."
            )
    return said


def _faults_of_ours(where: str, result: Result) -> list[str]:
    return [
        f"{where}: {row.id!r} could not be checked: {row.seen}. Mend the check: no hand-in may stop it."
        for row in result.rows
        if row.verdict == "could_not_check"
    ]


def _names_a_file(case: Case, row: Row) -> bool:
    # A file that `also` allows stands alone before its line: `values.yaml:3`.
    return any(name in row.where for name in case.exercise.hand_in) or case.exercise.allows(row.where.partition(":")[0])


def _told(row: Row) -> str:
    return row.seen or f"waits for {row.waits_for!r}"
