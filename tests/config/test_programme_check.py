"""All mistakes of a programme at once, in words for people."""

import pytest

from config.errors import ConfigError
from config.programme_check import check_programme
from config.settings import SHIPPED_PROGRAMME

OFFICE = """\
id: An Giang
name: Tỉnh An Giang
timezone: Asia/Hanoi
placs: [An Giang]
polling: {nightli: "02:00", oftenest_minutes: 1}
digest:
  - liaison@example.org
  - {to: nobody, every: month}
"""
OUTLETS = """\
- {use: nhandann, partnr: true}
- id: bao-moi
  name: Báo Mới
  level: centrl
  medium: newspaper
  article_id: "x"
  sources:
    - {id: moi, kind: feed, url: bao-moi.vn/rss}
- {use: vov}
- {use: vov}
- {id: dai, name: Đài, level: commune, medium: radio, hosts: dai.vn}
"""
RESOLUTIONS = """\
- {id: nq-1, kind: resolution, issuer: politburo, title: Một, symbl: 1-NQ/TW}
- {use: NQ-99-TW-XX, aliases: [Nghị quyết hai]}
"""
FOUND = [
    ("outlets.yaml", 1, "outlet 'nhandann' is not in the library; near it: nhandan, nhandan-en"),
    ("outlets.yaml", 1, "0.partnr: is not a known key; did you mean partner?"),
    ("outlets.yaml", 4, "1.level: one of 'central', 'provincial', 'district', 'commune' was expected, found 'centrl'"),
    ("outlets.yaml", 6, "1.article_id: one group around the article number, found 0, found 'x'"),
    (
        "outlets.yaml",
        8,
        "1.sources.0.url: an address that begins with https:// or http:// was expected, found 'bao-moi.vn/rss'",
    ),
    ("outlets.yaml", 10, "outlet 'vov' is declared in line 9 already"),
    ("outlets.yaml", 11, "4.hosts: a list was expected, found 'dai.vn'"),
    ("programme.yaml", 1, "id: small letters, digits and hyphens were expected, such as hau-giang, found 'An Giang'"),
    ("programme.yaml", 3, "timezone: a time zone such as Asia/Ho_Chi_Minh was expected, found 'Asia/Hanoi'"),
    ("programme.yaml", 4, "placs: is not a known key; did you mean places?"),
    ("programme.yaml", 5, "polling.nightli: is not a known key; did you mean nightly?"),
    (
        "programme.yaml",
        5,
        "polling.oftenest_minutes: a number greater than or equal to 5 was expected, found 1",
    ),
    ("programme.yaml", 7, "digest.0: keys with values were expected, found 'liaison@example.org'"),
    ("programme.yaml", 8, "digest.1.to: a mail address was expected, found 'nobody'"),
    ("programme.yaml", 8, "digest.1.every: one of 'day', 'week' was expected, found 'month'"),
    (
        "resolutions.yaml",
        1,
        "0.id: capital letters, digits and hyphens were expected, such as NQ-27-TW, found 'nq-1'",
    ),
    ("resolutions.yaml", 1, "0.symbl: is not a known key; did you mean symbol?"),
]  # fmt: skip


def written(folder, office=OFFICE, outlets=OUTLETS, resolutions=RESOLUTIONS):
    texts = {"programme.yaml": office, "outlets.yaml": outlets, "resolutions.yaml": resolutions}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder


def test_all_mistakes_of_all_files_are_found_at_once(tmp_path):
    found = check_programme(written(tmp_path))
    mistakes = {(each.path.name, each.line, each.message) for each in found if not each.remark}
    assert {row for row in FOUND if row not in mistakes} == set()
    repeated = {row for row in mistakes if "is declared" in row[2]}
    assert mistakes - set(FOUND) == repeated - set(FOUND)  # the sources and hosts of vov


def test_a_key_that_nothing_resembles_is_named_without_a_suggestion(tmp_path):
    written(
        tmp_path, office="id: x\nname: X\nqqqqqq: 1\ntimezone: Asia/Ho_Chi_Minh\nplaces: [X]\n", outlets="[]"
    )
    (tmp_path / "resolutions.yaml").unlink()
    messages = [(each.message, each.remark) for each in check_programme(tmp_path)]
    assert messages == [
        ("no outlet has a source yet: `lantoa sources add URL` adds one", True),
        ("qqqqqq: is not a known key", False),
    ]


def test_what_is_left_to_a_default_is_a_remark(tmp_path):
    written(tmp_path, office="id: x\nname: X\n", outlets="- {use: vov}\n", resolutions="[]\n")
    found = check_programme(tmp_path)
    assert [each.message.split(":")[0] for each in found] == ["timezone", "places"]
    assert all(each.remark for each in found)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("programme.yaml", "id: [", "not YAML"),
        ("outlets.yaml", "a: 1\n", "a list was expected"),
        ("outlets.yaml", "- {id: x, id: y}\n", "stands here twice"),
        ("resolutions.yaml", "- {use: NQ-99-TW-XX, aliases: []}\n", "expected the id of a shipped entry"),
        ("learned.json", "{", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_one_mistake_of_its_file(file, text, said, tmp_path):
    office = "id: x\nname: X\ntimezone: Asia/Ho_Chi_Minh\nplaces: [X]\n"
    written(tmp_path, office, "- {use: vov}\n", "[]\n")
    (tmp_path / file).write_text(text)
    (found,) = (each for each in check_programme(tmp_path) if not each.remark)
    assert (found.path.name, said in found.message) == (file, True), found.message


def test_the_shipped_programme_has_no_mistake_and_a_missing_folder_is_named(tmp_path):
    assert check_programme(SHIPPED_PROGRAMME) == []
    with pytest.raises(ConfigError, match="is not a folder"):
        check_programme(tmp_path / "nowhere")
