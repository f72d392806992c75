"""Mistakes in a programme are reported with file, line and what was expected."""

import pytest

from config.errors import CatalogueError, ConfigError
from config.programme import load_programme
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
