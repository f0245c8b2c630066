"""A thing is made again when its sources, or what came out, are not what the stamp says."""

from course.start import stamps


def stamped(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    (made / "model.txt").write_text("tree", encoding="utf-8")
    stamps.write(tmp_path / "s.json", stamps.Stamp("abc", stamps.outputs_of(made)))
    return tmp_path / "s.json", made


def test_same_sources_and_outputs_are_fresh(tmp_path):
    stamp, made = stamped(tmp_path)

    assert stamps.fresh(stamp, "abc", made)


def test_other_sources_are_stale(tmp_path):
    stamp, made = stamped(tmp_path)

    assert not stamps.fresh(stamp, "abd", made)


def test_a_changed_or_missing_output_is_stale(tmp_path):
    stamp, made = stamped(tmp_path)
    (made / "model.txt").write_text("tre", encoding="utf-8")
    changed = stamps.fresh(stamp, "abc", made)
    (made / "model.txt").unlink()

    assert not changed
    assert not stamps.fresh(stamp, "abc", made)


def test_a_cut_or_missing_stamp_counts_as_none(tmp_path):
    stamp, made = stamped(tmp_path)
    stamp.write_text('{"sources": "abc", "outp', encoding="utf-8")

    assert not stamps.fresh(stamp, "abc", made)
    assert stamps.read(tmp_path / "none.json") is None


def test_the_digest_depends_on_contents_and_words_not_on_order(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1", encoding="utf-8")
    two.write_text("2", encoding="utf-8")
    before = stamps.digest([one, two], "word")

    assert stamps.digest([two, one], "word") == before
    assert stamps.digest([one, two], "other") != before
    one.write_text("changed", encoding="utf-8")
    assert stamps.digest([one, two], "word") != before
