"""The library of outlets holds every address that is known, and an office's picks become outlets of its own."""

import csv
from collections import Counter

import pytest

from config.errors import CatalogueError
from config.outlets import load_library
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME

OFFICE = "id: test\nname: Thử\n"


def programme(folder, outlets):
    (folder / "programme.yaml").write_text(OFFICE, "utf-8")
    (folder / "outlets.yaml").write_text(outlets, "utf-8")
    return load_programme(folder)


def said_of(folder, outlets):
    with pytest.raises(CatalogueError) as caught:
        programme(folder, outlets)
    assert caught.value.path == folder / "outlets.yaml"
    return caught.value


@pytest.mark.shared_data
def test_every_address_that_is_not_broken_stands_in_the_library_once(shared_data):
    with (shared_data / "feed-addresses.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    alive = {url for status, _, url in rows if not status.startswith("2-")}
    assert len(rows) == 411
    assert len(alive) == 405
    assert Counter(listed()) == Counter(alive)
    verified = {s.url for outlet in load_library().values() for s in outlet.sources if s.verified}
    assert verified == {url for status, _, url in rows if status == "1-LIVE-2026-08"}


def listed():
    for outlet in load_library().values():
        yield from (source.url for source in outlet.sources)
        yield from outlet.pages


def test_the_hosts_of_an_outlet_are_those_of_its_sources():
    """Else two spellings of one address would be two pieces. Feeds on a service of somebody else stand apart."""
    elsewhere = {"bbc-vietnamese": "feeds.bbci.co.uk", "anchor-ccc8a36c": "anchor.fm"}
    for outlet in load_library().values():
        for source in outlet.sources:
            host = source.url.split("/")[2].removeprefix("www.")
            assert host in (*outlet.hosts, elsewhere.get(outlet.id)), source.id


@pytest.mark.shared_data
def test_the_article_number_is_found_in_the_recorded_addresses(shared_data):
    """In nearly all: some pieces of VietnamPlus stand on a host of another numbering."""
    import re

    from lxml import etree

    patterns = {host: o.article_id for o in load_library().values() if o.article_id for host in o.hosts}
    found, all_of = Counter(), Counter()
    for file in (shared_data / "feeds").glob("*/*.xml"):
        for item in etree.parse(file).iter("item"):
            address = item.findtext("link")
            host = address.split("/")[2].removeprefix("www.")
            if host in patterns:
                all_of[host] += 1
                found[host] += bool(re.search(patterns[host], address))
    assert set(all_of) == set(patterns)
    assert {host: found[host] / all_of[host] for host in patterns if found[host] < 0.97 * all_of[host]} == {}


def test_the_shipped_programme_picks_23_central_partners_and_the_provinces_own_press():
    outlets = load_programme(SHIPPED_PROGRAMME).outlets
    partners = [outlet for outlet in outlets.values() if outlet.partner]
    assert len(partners) == 23
    assert {outlet.level for outlet in partners} == {"central"}
    assert all(outlet.sources for outlet in partners)
    assert outlets["baohaugiang"].channel == "local_press"
    assert outlets["hgtv"].channel == "television"


def test_a_pick_brings_what_was_seen_to_work(tmp_path):
    found = programme(tmp_path, "- use: vnexpress\n")
    assert [source.id for source in found.outlets["vnexpress"].sources] == [
        "vnexpress-home", "vnexpress-business", "vnexpress-technology", "vnexpress-world", "vnexpress-sports",
    ]  # fmt: skip
    assert found.sources["vnexpress-home"].outlet == "vnexpress"
    assert not found.outlets["vnexpress"].partner


def test_where_nothing_was_seen_to_work_a_pick_brings_everything(tmp_path):
    found = programme(tmp_path, "- use: kinhtedothi\n")
    assert set(found.sources) == {"kinhtedothi-kinh-te", "kinhtedothi-quoc-te", "kinhtedothi-thoi-su"}


def test_what_the_office_says_wins(tmp_path):
    found = programme(
        tmp_path,
        """\
- use: nhandan
  partner: true
  name: Nhân Dân
  in_scope: always
  sources:
    - nhandan-home
    - {id: nhandan-chinhtri, column: Xây dựng Đảng}
    - {id: mien-tay, kind: feed, url: "https://nhandan.vn/rss/mien-tay.rss", text: feed}
- {id: dai-vi-thanh, name: Đài Vị Thanh, level: district, medium: loudspeaker}
""",
    )
    outlet = found.outlets["nhandan"]
    assert (outlet.name, outlet.partner, outlet.hosts) == ("Nhân Dân", True, ("nhandan.vn",))
    assert outlet.article_id == load_library()["nhandan"].article_id
    assert {s.id: (s.in_scope, s.column, s.text, s.outlet) for s in outlet.sources} == {
        "nhandan-home": ("always", None, "page", "nhandan"),
        "nhandan-chinhtri": ("always", "Xây dựng Đảng", "page", "nhandan"),
        "mien-tay": ("always", None, "feed", "nhandan"),
    }
    assert found.outlets["dai-vi-thanh"].channel == "loudspeaker"


@pytest.mark.parametrize(
    ("outlets", "line", "said"),
    [
        ("- use: nhandan\n- use: nhan-dan\n", 2, "near it: nhandan"),
        ("- use: zzzzzzzz\n", 1, "lantoa outlets --search"),
        ("- partner: true\n  use: tuoitrẻ\n", 2, "near it: tuoitre"),
        ("- use: cand\n  sources:\n    - cand-home\n    - cand-hom\n", 4, "near it: cand-home"),
        ("- use: cand\n  sources: [{id: moi, kind: feed}]\n", 2, "One of your own has a url"),
        ("- use: cand\n  sources: cand-home\n", 2, "sources"),
        ("- use: cand\n  id: cand\n", 2, "stands beside `use`"),
        ("- use: cand\n  partners: true\n", 2, "is not a known key"),
        ("- use: cand\n  level: trung-uong\n", 2, "'central'"),
        ("- use: cand\n  sources:\n    - {id: cand-home, kind: telex}\n", 3, "kind"),
        ("- use: cand\n- use: cand\n", 2, "declared in line 1 already"),
        ("- use: cand\n  sources:\n    - cand-home\n    - cand-home\n", 4, "declared in line 3 already"),
    ],
)
def test_a_mistake_in_a_pick_is_named_with_its_line(outlets, line, said, tmp_path):
    caught = said_of(tmp_path, outlets)
    assert caught.line == line
    assert said in caught.message


def test_an_id_that_two_files_of_a_library_declare_is_refused(tmp_path):
    entry = "- {id: a, name: A, level: central, medium: newspaper}\n"
    (tmp_path / "one.yaml").write_text(entry)
    (tmp_path / "two.yaml").write_text("\n" + entry)
    with pytest.raises(CatalogueError, match=r"two\.yaml:2: outlet 'a' is declared in .*one\.yaml:1 already"):
        load_library(tmp_path)
