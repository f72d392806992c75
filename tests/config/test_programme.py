"""Mistakes in a programme are reported with file, line and what was expected."""

import pytest

from config.errors import CatalogueError, ConfigError
from config.programme import load_programme
from config.programme_watcher import ProgrammeFiles
from config.settings import SHIPPED_PROGRAMME

OFFICE = "id: test\nname: Test\nplaces: [Hậu Giang]\n"
OUTLETS = """\
- id: nhandan
  name: Báo Nhân Dân
  level: central
  medium: newspaper
  hosts: [nhandan.vn]
  article_id: '-post(\\d+)'
  sources:
    - {id: home, kind: feed, url: "https://nhandan.vn/rss"}
"""


def written(folder, office=OFFICE, outlets=OUTLETS):
    (folder / "programme.yaml").write_text(office)
    (folder / "outlets.yaml").write_text(outlets)
    return folder


def test_the_shipped_programme_loads():
    programme = load_programme(SHIPPED_PROGRAMME)
    assert programme.id == "hau-giang"
    assert programme.sources["nhandan-home"].outlet == "nhandan"


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    [
        ("programme.yaml", "name: Test\n", "", 1, "name: is missing"),
        ("programme.yaml", "places", "place", 3, "place: is not a known key"),
        ("programme.yaml", "places: [Hậu Giang]", "timezone: Hanoi", 3, "Asia/Ho_Chi_Minh"),
        ("programme.yaml", "name: Test", "name: [", 4, "not YAML"),
        ("programme.yaml", "name: Test", "id: again\nname: Test", 2, "stands here twice"),
        ("outlets.yaml", "central", "trung-uong", 3, "'central'"),
        ("outlets.yaml", "-post(\\d+)", "-post\\d+", 6, "one group"),
        ("outlets.yaml", "-post(\\d+)", "-post(\\d+", 6, "not a regular expression"),
        ("outlets.yaml", "https://nhandan.vn/rss", "nhandan.vn/rss", 8, "url"),
        ("outlets.yaml", "kind: feed", "kind: telex", 8, "kind"),
        ("outlets.yaml", "id: nhandan\n", "id: Nhân Dân\n", 1, "id"),
        ("outlets.yaml", OUTLETS, OUTLETS * 2, 9, "declared in line 1 already"),
        ("outlets.yaml", OUTLETS, "", 1, "empty"),
    ],
)
def test_a_mistake_is_named_with_its_line(file, old, new, line, said, tmp_path):
    folder = written(tmp_path)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    with pytest.raises(CatalogueError) as caught:
        load_programme(folder)
    assert (caught.value.path, caught.value.line) == (folder / file, line)
    assert said in caught.value.message


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path):
    with pytest.raises(ConfigError, match="LANTOA_PROGRAMME"):
        load_programme(tmp_path / "nowhere")
    with pytest.raises(CatalogueError, match=r"programme\.yaml:1: cannot be read"):
        load_programme(tmp_path)
    written(tmp_path)
    (tmp_path / "outlets.yaml").write_bytes("- id: Hậu".encode("utf-16"))
    with pytest.raises(CatalogueError, match="UTF-8"):
        load_programme(tmp_path)


LISTING = (
    OUTLETS
    + """\
    - id: dang
      kind: listing
      url: "https://nhandan.vn/xay-dung-dang"
      listing:
        item: article.story
        link: h3 a@href
        date: time@datetime
      pages: 5
"""
)


def test_a_listing_states_its_selectors(tmp_path):
    source = load_programme(written(tmp_path, outlets=LISTING)).sources["dang"]
    assert source.listing is not None
    assert (source.listing.item, source.listing.link, source.pages) == ("article.story", "h3 a@href", 5)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("article.story", "article[", 13, "sources.1.listing.item: not a CSS selector"),
        ("h3 a@href", "'h3 > > a@href'", 14, "sources.1.listing.link: not a CSS selector"),
        ("time@datetime", "''", 15, "sources.1.listing.date"),
        ("        link: h3 a@href\n", "", 12, "sources.1.listing.link: is missing"),
        ("        date:", "        day:", 15, "day: is not a known key"),
        ("kind: listing", "kind: sitemap", 12, "nothing for a source of kind sitemap"),
        ("kind: listing", "kind: mang-luoi", 10, "sources.1.kind"),
        ("pages: 5", "pages: 0", 16, "greater than or equal to 1"),
        ("pages: 5", "pages: 51", 16, "less than or equal to 50"),
        (LISTING[LISTING.index("      listing:") :], "", 9, "sources.1.listing: selectors of the page"),
    ],
)
def test_a_mistake_in_a_listing_is_named_with_its_line(old, new, line, said, tmp_path):
    assert old in LISTING
    with pytest.raises(CatalogueError) as caught:
        load_programme(written(tmp_path, outlets=LISTING.replace(old, new)))
    assert (caught.value.line, said in caught.value.message) == (line, True), caught.value.message


def test_files_are_known_to_have_changed_once(tmp_path):
    files = ProgrammeFiles(written(tmp_path))
    seen = [files.changed()]
    (tmp_path / "notes.txt").write_text("not of the programme")
    seen.append(files.changed())
    for change in (
        lambda: (tmp_path / "programme.yaml").write_text(OFFICE + "not_places: []\n"),
        lambda: (tmp_path / "resolutions.yaml").write_text("[]"),
        lambda: (tmp_path / "resolutions.yaml").unlink(),
    ):
        change()
        seen += [files.changed(), files.changed()]
    assert seen == [False, False, True, False, True, False, True, False]
