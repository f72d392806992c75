"""A short name written into a programme's file: every other byte stays, and a mistake writes nothing."""

import pytest

from config.catalogue import load_catalogue
from config.errors import CatalogueError, UsageError
from config.settings import SHIPPED_PROGRAMME
from lantoa.commands.alias_change import FILE, catalogue_with, keep, own_aliases, with_alias, without_alias
from lantoa.commands.own_programme import check_writable

OWN = """\
# What the province has of its own
- id: NQ-04-TU-HAUGIANG   # seen in print
  symbol: 04-NQ/TU
  kind: local
  issuer: local
  title: "Về chuyển đổi số của tỉnh"
  aliases:
    - "Nghị quyết chuyển đổi"  # since 2022
    - 'Nghị quyết số hóa'

- {use: NQ-42-TW-XIII, aliases: ["Nghị quyết an sinh", Nghị quyết xã hội]}  # from the press
- use: NQ-29-TW-XIII
  aliases: [Nghị quyết công nghiệp]
# the end
"""
CHANGES = [
    ("NQ-04-TU-HAUGIANG", "Nghị quyết mới", ("số hóa'\n", "số hóa'\n    - \"Nghị quyết mới\"\n")),
    ("NQ-42-TW-XIII", "Nghị quyết mới", ("quyết xã hội]", 'quyết xã hội, "Nghị quyết mới"]')),
    ("NQ-29-TW-XIII", "Nghị quyết mới", ("công nghiệp]", 'công nghiệp, "Nghị quyết mới"]')),
    ("NQ-06-TW-XIII", "Nghị quyết mới", ("# the end\n", "# the end\n- use: NQ-06-TW-XIII\n  aliases: [Nghị quyết mới]\n")),
]  # fmt: skip
REMOVALS = [
    ("NQ-04-TU-HAUGIANG", "Nghị quyết chuyển đổi", ('    - "Nghị quyết chuyển đổi"  # since 2022\n', "")),
    ("NQ-04-TU-HAUGIANG", "Nghị quyết số hóa", ("    - 'Nghị quyết số hóa'\n", "")),
    ("NQ-42-TW-XIII", "Nghị quyết an sinh", ('"Nghị quyết an sinh", ', "")),
    ("NQ-42-TW-XIII", "Nghị quyết xã hội", (", Nghị quyết xã hội", "")),
    ("NQ-29-TW-XIII", "Nghị quyết công nghiệp", ("[Nghị quyết công nghiệp]", "[]")),
]


@pytest.fixture
def own(programme):
    (programme.folder / FILE).write_text(OWN, "utf-8")
    return programme


@pytest.mark.parametrize(("document", "alias", "replaced"), CHANGES)
def test_one_more_name_changes_one_place(own, document, alias, replaced):
    catalogue = load_catalogue(*own.resolutions)
    change = with_alias(own, catalogue, document, f"  {alias} ")
    assert replaced[0] in OWN
    assert change.after == OWN.replace(*replaced)
    after = catalogue_with(change.after)
    assert after.documents[document].aliases == (*catalogue.documents[document].aliases, alias)
    assert {n: d for n, d in after.documents.items() if n != document} == {
        n: d for n, d in catalogue.documents.items() if n != document
    }


@pytest.mark.parametrize(("document", "alias", "replaced"), REMOVALS)
def test_one_name_less_changes_one_place(own, document, alias, replaced):
    change = without_alias(own, document, alias)
    assert replaced[0] in OWN
    assert change.after == OWN.replace(*replaced)
    assert alias not in catalogue_with(change.after).documents[document].aliases


def test_the_last_name_of_a_block_leaves_an_empty_list(programme):
    (programme.folder / FILE).write_text(
        "- use: NQ-42-TW-XIII\n  aliases:\n  - Nghị quyết an sinh  # x\n", "utf-8"
    )
    change = without_alias(programme, "NQ-42-TW-XIII", "Nghị quyết an sinh")
    assert change.after == "- use: NQ-42-TW-XIII\n  aliases: []\n"
    keep(programme.folder, change.before, change.after)
    assert own_aliases(programme, "NQ-42-TW-XIII") == ()


def test_there_and_back_without_a_file(programme):
    change = with_alias(programme, load_catalogue(), "NQ-42-TW-XIII", "Nghị quyết an sinh")
    assert change.before is None
    keep(programme.folder, change.before, change.after)
    assert own_aliases(programme, "NQ-42-TW-XIII") == ("Nghị quyết an sinh",)
    assert (
        load_catalogue(*programme.resolutions).documents["NQ-42-TW-XIII"].aliases[-1] == "Nghị quyết an sinh"
    )
    keep(programme.folder, change.back.before, change.back.after)
    assert not (programme.folder / FILE).exists()
    assert list(programme.folder.glob(".*")) == []


@pytest.mark.parametrize(
    "alias",
    ["Nghị quyết", "Tam nông", "Nghị quyết " + "a" * 200, "Nghị quyết <b>", "Nghị quyết (a+)+$", "nghị quyết AN SINH", "Nghị quyết\x00a", ""],
)  # fmt: skip
def test_what_is_no_name_is_refused(own, alias):
    with pytest.raises(UsageError):
        with_alias(own, load_catalogue(*own.resolutions), "NQ-06-TW-XIII", alias)


def test_another_ones_name_cannot_be_taken_away(own):
    with pytest.raises(UsageError):
        without_alias(own, "NQ-42-TW-XIII", "Nghị quyết công nghiệp")


def test_a_file_that_changed_meanwhile_is_not_overwritten(own):
    change = with_alias(own, load_catalogue(*own.resolutions), "NQ-42-TW-XIII", "Nghị quyết mới")
    (own.folder / FILE).write_text(OWN + "# more\n", "utf-8")
    with pytest.raises(UsageError, match="changed meanwhile"):
        keep(own.folder, change.before, change.after)
    assert (own.folder / FILE).read_text("utf-8") == OWN + "# more\n"


def test_the_shipped_programme_is_not_changed():
    with pytest.raises(UsageError, match="LANTOA_PROGRAMME"):
        check_writable(SHIPPED_PROGRAMME)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- use: NQ-999\n  aliases: [Nghị quyết a]\n", 1, "expected the id of a shipped entry"),
        ("- use: NQ-42-TW-XIII\n  title: Khác\n", 2, "is not a known key beside `use`"),
        ("- use: NQ-42-TW-XIII\n  aliases: Nghị quyết a\n", 2, "a list was expected"),
        ("- use: NQ-42-TW-XIII\n  aliases: [Tam nông]\n", 2, "begins with a document's word"),
    ],
)
def test_a_mistake_in_more_names_is_named_with_its_line(text, line, said):
    with pytest.raises(CatalogueError) as caught:
        catalogue_with(text)
    assert (caught.value.line, said in caught.value.message) == (line, True), caught.value
