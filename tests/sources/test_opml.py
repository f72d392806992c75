"""Lists of feeds: what was exported comes back as it was; foreign lists are taken as far as they go."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import UsageError
from config.programme import Outlet, load_programme
from lantoa.sources.opml import read_opml, write_opml
from lantoa.sources.source_lists import import_listed
from lantoa.sources.writing import save

FOREIGN = """<?xml version="1.0"?><opml version="1.0"><body>
<outline text="Báo chí"><outline title="Nhân Dân" type="rss" xmlUrl="https://nhandan.vn/rss/rieng.rss"/>
<outline text="Sâu"><outline text="Báo lạ" xmlUrl="https://bao-la.example/feed"/></outline></outline>
<outline text="Không có gì"/></body></opml>"""
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)
IDS = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,12}\Z")
SOURCES = st.fixed_dictionaries(
    {
        "id": IDS,
        "kind": st.sampled_from(["feed", "podcast", "sitemap"]),
        "url": IDS.map("https://bao.example/{}".format),
    },
    optional={"text": st.sampled_from(["page", "feed"]), "form": st.just("audio"), "column": NAMES},
)
OUTLETS = st.lists(
    st.fixed_dictionaries(
        {
            "id": IDS,
            "name": NAMES,
            "level": st.sampled_from(["central", "provincial", "district", "commune"]),
            "medium": st.sampled_from(["newspaper", "radio", "portal"]),
            "sources": st.lists(SOURCES, min_size=1, max_size=3),
        },
        optional={"partner": st.booleans(), "dates": st.just("month-first")},
    ),
    min_size=1,
    max_size=3,
)


OURS = (
    b'<opml xmlns:l="urn:lantoa:opml"><body><outline l:outlet="{&quot;id&quot;: &quot;bao-x&quot;, &quot;name&quot;: &quot;X&quot;, '
    b'&quot;level&quot;: &quot;central&quot;, %s}"><outline xmlUrl="https://bao-x.example/1" l:source="{&quot;id&quot;: &quot;bao-x-1&quot;, '
    b'&quot;kind&quot;: &quot;feed&quot;, &quot;url&quot;: &quot;https://bao-x.example/1&quot;}"/></outline></body></opml>'
)


def test_what_decides_how_pages_are_read_is_asked_for_first(lantoa, folder, tmp_path):
    stated = OURS % b"&quot;medium&quot;: &quot;portal&quot;, &quot;legacy_tls&quot;: true"
    (tmp_path / "la.opml").write_bytes(stated)
    before = (folder / "outlets.yaml").read_bytes()
    asked = lantoa("sources", "import", str(tmp_path / "la.opml"), stdin="n\n")
    assert "legacy_tls" in asked.output
    assert (folder / "outlets.yaml").read_bytes() == before
    assert lantoa("sources", "import", str(tmp_path / "la.opml"), stdin="y\n").exit_code == 0
    assert load_programme(folder).outlets["bao-x"].legacy_tls


def empty(folder):
    (folder / "outlets.yaml").write_text("[]\n", "utf-8")
    return load_programme(folder)


@settings(max_examples=40, deadline=None)
@given(OUTLETS)
def test_what_was_exported_comes_back(tmp_path_factory, rows):
    outlets = [Outlet.model_validate(row) for row in rows]
    ids = [outlet.id for outlet in outlets]
    sources = [source for outlet in outlets for source in outlet.sources]
    if len({*ids}) < len(ids) or any(
        len({getattr(s, n) for s in sources}) < len(sources) for n in ("id", "url")
    ):
        return  # no programme has such outlets
    folder = tmp_path_factory.mktemp("programme")
    (folder / "programme.yaml").write_text("id: thu\nname: Tỉnh thử\n", "utf-8")
    found = import_listed(empty(folder), read_opml(write_opml("Tỉnh", outlets)), None, None)
    save(folder, found.text)
    assert list(load_programme(folder).outlets.values()) == outlets
    assert found.added == tuple(source.id for source in sources)


def test_a_second_import_changes_nothing(lantoa, folder, tmp_path):
    exported = tmp_path / "a.opml"
    assert lantoa("sources", "export", "--out", str(exported)).exit_code == 0
    before = (folder / "outlets.yaml").read_bytes()
    ran = lantoa("sources", "import", str(exported))
    assert "0 added, 3 were there already" in ran.stderr
    assert (folder / "outlets.yaml").read_bytes() == before


def test_a_foreign_list_finds_its_outlets(lantoa, folder, tmp_path):
    (tmp_path / "la.opml").write_text(FOREIGN, "utf-8")
    refused = lantoa("sources", "import", str(tmp_path / "la.opml"))
    assert isinstance(refused.exception, UsageError)
    assert "bao-la.example" in str(refused.exception)
    assert "nhandan" not in str(refused.exception)
    arguments = ("sources", "import", str(tmp_path / "la.opml"), "--level", "central", "--medium", "portal")
    dry = lantoa(*arguments, "--dry-run")
    assert "https://bao-la.example/feed" in dry.stdout
    assert "Báo lạ" not in {outlet.name for outlet in load_programme(folder).outlets.values()}
    assert lantoa(*arguments).exit_code == 0
    found = load_programme(folder)
    assert "https://nhandan.vn/rss/rieng.rss" in {source.url for source in found.outlets["nhandan"].sources}
    assert "Báo lạ" in {outlet.name for outlet in found.outlets.values()}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no OPML"),
        (b"<rss/>", "it begins with <rss>"),
        (b"<opml><body>", "no OPML"),
        (b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;"/></body></opml>', "no OPML"),
        (b'<!DOCTYPE opml [<!ENTITY x "y">]><opml><body/></opml>', "document type"),
        (b"<opml>" + b" " * (5 << 20) + b"</opml>", "larger"),
        (b'<opml xmlns:l="urn:lantoa:opml"><body><outline l:outlet="{" xmlUrl="https://a.vn/1"/></body></opml>', "changed by hand"),
        (b'<opml xmlns:l="urn:lantoa:opml"><body><outline l:outlet="' + b"[" * 100_000 + b'" xmlUrl="https://a.vn/1"/></body></opml>', "changed by hand"),
        (OURS % b"&quot;medium&quot;: &quot;telepathy&quot;", "medium"),
        (OURS % b"&quot;medium&quot;: &quot;portal&quot;, &quot;exec&quot;: 1", "exec"),
        (b'<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>', "not the address"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_said(lantoa, tmp_path, body, words):
    (tmp_path / "x.opml").write_bytes(body)
    ran = lantoa("sources", "import", str(tmp_path / "x.opml"), "--level", "central", "--medium", "portal")
    assert isinstance(ran.exception, UsageError)
    assert words in str(ran.exception)
