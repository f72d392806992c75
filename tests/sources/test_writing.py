"""Sources written into outlets.yaml: every other byte stays."""

from difflib import ndiff

import pytest
import yaml

from config.errors import CatalogueError, ConfigError
from config.programme import Source, load_programme
from lantoa.sources.adding import Additions, NewOutlet
from lantoa.sources.writing import FILE, PlaceInFile, save, with_source

NEW = NewOutlet("Báo Mới", "district", "portal")


def feed(url: str) -> Source:
    return Source.model_construct(id="", kind="feed", url=url)


def lost(before: str, after: str) -> list[str]:
    """Lines that stand no more."""
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


@pytest.mark.parametrize(
    ("url", "outlet", "ids", "rewritten"),
    [
        ("https://baotinh.example/rss/cu.rss", "bao-tinh", ["bao-tinh-moi", "bao-tinh-cu"], 0),
        ("https://vov.vn/rss/rieng.rss", "vov", ["vov-chinh-tri", "vov-rieng"], 1),
        ("https://nhandan.vn/rss/rieng.rss", "nhandan", ["nhandan-home", "nhandan-rieng"], 1),
        ("https://www.hoanmoi.com.vn/rss", "hoanmoi", ["hoanmoi-feed"], 0),
        ("https://laodong.vn/rss/home.rss", "laodong", ["laodong-home"], 0),
    ],
    ids=[
        "an outlet of the file",
        "one used with sources",
        "one used without",
        "a new one",
        "one of the library",
    ],
)
def test_a_source_is_added_where_it_belongs(folder, url, outlet, ids, rewritten):
    programme = load_programme(folder)
    additions = Additions(programme)
    before = additions.text
    additions.add(feed(url), NEW)
    save(folder, additions.text)
    found = load_programme(folder)
    assert [source.id for source in found.outlets[outlet].sources] == ids
    assert found.outlets[outlet].sources[-1].url == url
    assert len(lost(before, additions.text)) == rewritten
    assert "# seen to work" in additions.text
    others = {name: each for name, each in found.outlets.items() if name != outlet}
    assert others == {name: each for name, each in programme.outlets.items() if name != outlet}


def test_many_sources_one_after_the_other(folder):
    additions = Additions(load_programme(folder))
    for n in range(3):
        for host in ("baotinh.example", "vov.vn", "nhandan.vn", "moi.example"):
            additions.add(feed(f"https://{host}/rss/muc-{n}.rss"), NEW)
    save(folder, additions.text)
    found = load_programme(folder)
    assert {name: len(outlet.sources) for name, outlet in found.outlets.items()} == {
        "nhandan": 4, "vov": 4, "bao-tinh": 4, "example": 3,
    }  # fmt: skip


def test_ids_are_never_taken_twice(folder):
    additions = Additions(load_programme(folder))
    added = [additions.add(feed(f"https://baotinh.example/{n}/rss/moi.rss")).id for n in range(2)]
    assert added == ["bao-tinh-moi-2", "bao-tinh-moi-3"]


@pytest.mark.parametrize(
    "text",
    [
        "- id: a\n  name: A\n  level: central\n  medium: newspaper\n  sources:\n  - id: x\n    kind: feed\n    url: https://a.vn/1\n",
        "- {id: a, name: A, level: central, medium: newspaper, sources: []}\n",
        "- {id: a, name: A, level: central, medium: newspaper}",
        "- id: a\n  name: A\n  level: central\n  sources: [{id: x, kind: feed, url: https://a.vn/1}] # one\n  medium: newspaper\n",
        "# first\n\n- id: a # its id\n  name: >\n    A\n  level: central\n  medium: newspaper\n\n# last\n",
        "- id: a\n  name: A\n  level: central\n  medium: newspaper\n  sources:\n    - id: x\n      kind: feed\n      url: https://a.vn/1 # old\n    # none more\n- {id: b, name: B, level: central, medium: newspaper}\n",
    ],
)
def test_whatever_the_layout_the_content_is_the_same_and_one_more(text):
    row = {"id": "y", "kind": "feed", "url": "https://a.vn/2?x=1&y=[2]: #3"}
    after = with_source(text, PlaceInFile(0), row)
    expected = yaml.safe_load(text)
    expected[0].setdefault("sources", []).append(row)
    assert yaml.safe_load(after) == expected
    assert after.count("#") == text.count("#") + 1


def test_what_would_not_load_is_not_written(folder):
    before = (folder / FILE).read_bytes()
    with pytest.raises(CatalogueError, match=r"programme/outlets.yaml:\d+: .*telex"):
        save(folder, f"{before.decode()}\n- {{id: x, name: X, level: central, medium: telex}}\n")
    assert (folder / FILE).read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["outlets.yaml", "programme.yaml"]


def test_a_folder_that_cannot_be_written_is_said(folder, monkeypatch):
    (folder / f".{FILE}.new").mkdir()
    with pytest.raises(ConfigError, match="a folder of your own"):
        save(folder, (folder / FILE).read_text("utf-8"))
