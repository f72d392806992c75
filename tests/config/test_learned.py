"""A programme's learned.json: read beside its YAML, counted into the catalogue's version, and named when it is damaged."""

import json

import pytest

from config.catalogue import load_catalogue
from config.errors import CatalogueError
from config.learned import Learned, read_learned
from config.programme import Programme
from config.programme_watcher import ProgrammeFiles

LEARNED = Learned(
    format=1,
    corrections=4,
    habits={"NQ 29": {"NQ-29-TW-XIII": {4048: 3.0}, "": {4047: 1.5}}, "TW 8": {"TW-8-XII": {4042: 2.0}}},
    subjects={"NQ-29-TW-XIII": {"công nghiệp hóa": 0.397}},
)
RIGHT = json.loads(LEARNED.text)


def written(tmp_path, text=LEARNED.text):
    path = tmp_path / "learned.json"
    path.write_text(text, "utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path):
    path = written(tmp_path)
    assert read_learned(path) == LEARNED
    assert read_learned(path).text == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "not JSON"),
        ("{\n", 2, "not JSON"),
        (LEARNED.text[: len(LEARNED.text) // 2], 12, "not JSON"),
        ("format: 1\n", 1, "not JSON"),
        ("null", 1, "keys with values were expected"),
        ("[]", 1, "keys with values were expected"),
        ("[" * 100_000, 1, "not JSON"),
        ("{}", 1, "format: is missing"),
        (json.dumps(RIGHT | {"format": 2}), 1, "format"),
        (json.dumps(RIGHT | {"weights": {}}), 1, "weights: is not a known key"),
        (json.dumps(RIGHT | {"corrections": -1}), 1, "corrections"),
        (LEARNED.text.replace("3.0", "-3.0"), 10, "habits.NQ 29.NQ-29-TW-XIII.4048: "),
        (LEARNED.text.replace("3.0", "NaN"), 10, "habits.NQ 29.NQ-29-TW-XIII.4048: "),
        (LEARNED.text.replace("3.0", "1e999"), 10, "habits.NQ 29.NQ-29-TW-XIII.4048: "),
        (LEARNED.text.replace('"4048"', '"hôm qua"'), 10, "habits.NQ 29.NQ-29-TW-XIII."),
        (LEARNED.text.replace('"NQ 29"', '"Nghị quyết"'), 5, "habits."),
        (LEARNED.text.replace("0.397", '"nhiều"'), 21, "subjects.NQ-29-TW-XIII.công nghiệp hóa: "),
    ],
)  # fmt: skip
def test_damage_is_named_with_its_line_and_what_to_do(text, line, said, tmp_path):
    path = written(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    message = caught.value.message
    assert (caught.value.path, caught.value.line, said in message) == (path, line, True), caught.value
    assert "`lantoa learn` counts it anew, `lantoa learn --forget` goes on without it" in message


def test_bytes_that_are_no_text_and_a_folder_of_that_name(tmp_path):
    (tmp_path / "learned.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(CatalogueError, match=r"learned\.json:1: not JSON in UTF-8"):
        load_catalogue(tmp_path / "learned.json")
    (tmp_path / "learned.json").unlink()
    (tmp_path / "learned.json").mkdir()
    with pytest.raises(CatalogueError, match=r"learned\.json:1: cannot be read"):
        load_catalogue(tmp_path / "learned.json")


def test_it_counts_into_the_version_as_far_as_it_decides(tmp_path):
    def version(**changed):
        path = written(tmp_path, LEARNED.model_copy(update=changed).text)
        return load_catalogue(path).version

    without, first = load_catalogue().version, version()
    assert without != first
    assert version(corrections=9) == first
    assert len({without, first, version(habits={}), version(subjects={})}) == 4
    assert load_catalogue().version == without


def test_a_programme_has_it_beside_its_documents(programme: Programme):
    assert programme.resolutions == ()
    learned = written(programme.folder)
    assert programme.resolutions == (learned,)
    (own := programme.folder / "resolutions.yaml").write_text(
        "- {use: NQ-42-TW-XIII, aliases: [Nghị quyết an sinh]}\n", "utf-8"
    )
    assert programme.resolutions == (own, learned)
    catalogue = load_catalogue(*programme.resolutions)
    assert catalogue.learned == LEARNED
    assert "Nghị quyết an sinh" in catalogue.documents["NQ-42-TW-XIII"].aliases


def test_it_is_watched_like_the_yaml_beside_it(tmp_path):
    files = ProgrammeFiles(tmp_path)
    seen = []
    (tmp_path / "other.json").write_text("{}")
    seen.append(files.changed())
    for change in (
        lambda: written(tmp_path),
        lambda: written(tmp_path, LEARNED.text.replace("3.0", "4.25")),
        lambda: (tmp_path / "learned.json").unlink(),
    ):
        change()
        seen += [files.changed(), files.changed()]
    assert seen == [False, True, False, True, False, True, False]
