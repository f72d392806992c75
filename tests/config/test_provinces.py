"""The tables of provinces and communes: complete, without repetitions, and every former commune leads to a present one."""

from unicodedata import normalize

import pytest

from config.provinces import (
    FOLDER,
    kind_of,
    load_provinces,
    provinces_by_name,
    short_name,
    successor_of,
)

PROVINCES = load_provinces()


def test_there_are_as_many_as_the_national_assembly_decided():
    assert len(PROVINCES) == 34
    communes = [commune for province in PROVINCES.values() for commune in province.communes]
    assert len(communes) == 3321
    kinds = [kind_of(commune) for commune in communes]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "Phường": 687,
        "Xã": 2621,
        "Đặc khu": 13,
    }


def test_before_there_were_63_provinces_and_each_became_one():
    former = [name for province in PROVINCES.values() for name in province.former_provinces]
    assert (len(former), len(set(former))) == (63, 63)


@pytest.mark.parametrize("province", PROVINCES.values(), ids=lambda province: province.short)
def test_every_former_commune_leads_to_a_present_one_and_no_name_is_repeated(province):
    assert len(set(province.communes)) == len(province.communes)
    former = [(each.province, each.district, each.name) for each in province.former]
    assert len(set(former)) == len(former)
    assert {commune for each in province.former for commune in each.became} == set(province.communes)


@pytest.mark.parametrize("name", ["communes.tsv", "former.tsv"])
def test_names_are_composed_and_have_single_spaces(name):
    text = (FOLDER / name).read_text("utf-8")
    assert text == normalize("NFC", text)
    assert "  " not in text


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("Hậu Giang", "Cần Thơ"),
        ("Tỉnh Sóc Trăng", "Cần Thơ"),
        ("Thành phố Cần Thơ", "Cần Thơ"),
        ("Kiên Giang", "An Giang"),
        ("An Giang", "An Giang"),
        ("Hà Tây", None),
    ],
)
def test_a_former_province_has_a_successor(former, present):
    assert successor_of(former) == present


def test_short_names_and_those_that_several_provinces_have():
    assert [short_name(name) for name in ("Thị xã Tân Châu", "Đặc khu Phú Quốc", "Huế")] == [
        "Tân Châu",
        "Phú Quốc",
        "Huế",
    ]
    shared = provinces_by_name()
    assert shared["Vị Thanh"] == {"Cần Thơ"}
    assert len(shared["Châu Thành"]) > 4
    assert "1" not in shared


def test_a_present_commune_knows_its_former_districts():
    assert PROVINCES["An Giang"].districts_of("Phường Long Xuyên") == {"Thành phố Long Xuyên"}
