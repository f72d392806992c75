"""`lantoa init` and `lantoa check`: from nothing to a programme that loads, and no file of the office is changed."""

import json
import os

import pytest

from config.errors import UsageError
from config.mistakes import EXPECTED, FOUND, LIMITS, MISSING, ONE_OF, PATTERNS, UNKNOWN_KEY, UNKNOWN_NEAR
from config.programme import load_programme
from config.programme_check import NO_PLACES, NO_SOURCES, NO_ZONE, check_programme
from config.provinces import load_provinces
from lantoa.commands.new_programme import (
    NewOffice,
    choose_papers,
    choose_places,
    environment_of,
    files_of,
    find_province,
    proposed_places,
    write_environment,
    write_folder,
)
from lantoa.language import _, speaking
from tests.command import ENGLISH, start_anew


def lantoa(folder, *arguments, stdin=""):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LANTOA_")}
    environment |= ENGLISH | {"LANTOA_DATA_DIR": str(folder / "data")}
    return start_anew(*arguments, environment=environment, stdin=stdin)


def test_from_options_to_a_programme_that_lists_its_sources(tmp_path):
    folder = tmp_path / "an-giang"
    options = ("--province", "an giang", "--papers", "nhandan,vov", "--office", "Ban Tuyên giáo: báo chí")
    made = lantoa(tmp_path, "init", str(folder), *options, "--contact", "a@b.example", "--yes")
    assert (made.returncode, made.stderr.count("An Phú")) == (0, 1), made.stderr
    programme = load_programme(folder)
    assert (programme.id, programme.office.name) == ("an-giang", "Tỉnh An Giang")
    assert programme.office.report.issuer == "Ban Tuyên giáo: báo chí"
    checked = lantoa(tmp_path, "check", str(folder), "--format", "json")
    assert (checked.returncode, json.loads(checked.stdout)) == (0, [])
    listed = lantoa(tmp_path, "sources", "list", "--programme", str(folder), "--format", "json")
    assert {row["outlet"] for row in json.loads(listed.stdout)} == {"nhandan", "vov"}
    settings = (tmp_path / ".env").read_text()
    assert f"LANTOA_PROGRAMME='{folder}'\n" in settings
    assert "LANTOA_CONTACT='a@b.example'\n" in settings
    again = lantoa(tmp_path, "init", str(folder), *options, "--yes")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)


def test_a_wrong_answer_is_asked_again_and_an_end_writes_nothing(tmp_path):
    folder = tmp_path / "can-tho"
    answers = ["Can Thoo", "hau giang", "districts", "999", "none", "", "", "", "fast", "0", "nobody"]
    ended = lantoa(tmp_path, "init", str(folder), stdin="\n".join(answers) + "\n")
    assert ended.returncode == 1
    assert "Near it: Cần Thơ" in ended.stderr
    assert list(tmp_path.glob("can-tho*")) + list(tmp_path.glob(".*")) == []
    made = lantoa(tmp_path, "init", str(folder), stdin="\n".join([*answers, "https://a.example"]) + "\n")
    assert made.returncode == 0, made.stderr
    remarks = [each.message for each in check_programme(folder)]
    assert remarks == [NO_SOURCES]
    assert "LANTOA_HOST_DELAY='0'" in (tmp_path / ".env").read_text()


def test_mistakes_are_listed_and_give_status_2(tmp_path):
    (tmp_path / "programme.yaml").write_text("id: x\nname: X\nplacs: [X]\n")
    (tmp_path / "outlets.yaml").write_text("[]\n")
    checked = lantoa(tmp_path, "check", str(tmp_path))
    assert checked.returncode == 2
    assert "programme.yaml:3: placs: is not a known key; did you mean places?" in checked.stdout


@pytest.mark.parametrize("province", load_provinces().values(), ids=lambda province: province.short)
def test_every_province_gives_a_programme_without_a_mistake(province, tmp_path):
    office = NewOffice(province, proposed_places(province), choose_papers(province, "all"))
    write_folder(tmp_path / office.id, files_of(office))
    assert check_programme(tmp_path / office.id) == []


def test_names_that_others_have_need_company():
    places = {place.name: place for place in proposed_places(load_provinces()["Cần Thơ"])}
    assert places["Vị Thanh"].company == ()
    assert places["Châu Thành"].company == ("Cần Thơ", "Hậu Giang", "Sóc Trăng")
    assert "Hòa Bình" not in {place.name for place in proposed_places(load_provinces()["Phú Thọ"])}
    assert "thành phố Vinh" in {place.name for place in proposed_places(load_provinces()["Nghệ An"])}


def test_places_and_papers_are_chosen_by_name_and_number():
    province = find_province("Tỉnh An Giang")
    chosen = choose_places(province, "chau doc, Thoại Sơn")
    assert [place.name for place in chosen] == ["An Giang", "Châu Đốc", "Thoại Sơn"]
    with pytest.raises(UsageError, match="Near it"):
        choose_places(province, "Chau Docc")
    assert len(choose_papers(province, "1-3,2,vov")) == 4
    with pytest.raises(UsageError, match="vov"):
        choose_papers(province, "vovv")


def test_nothing_of_the_office_is_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    with pytest.raises(UsageError, match="exists already"):
        write_folder(tmp_path / "mine", {"programme.yaml": ""})
    (tmp_path / ".env").write_text("LANTOA_PORT=1\n")
    province = find_province("Hau Giang")
    text = environment_of(NewOffice(province, (), (), contact="o'hara@b.example"), tmp_path / "can-tho")
    assert not write_environment(tmp_path / ".env", text)
    assert (tmp_path / ".env").read_text() == "LANTOA_PORT=1\n"
    assert "LANTOA_CONTACT='o\\'hara@b.example'\n" in text


def test_words_of_mistakes_are_translated():
    texts = {FOUND, MISSING, UNKNOWN_KEY, UNKNOWN_NEAR, ONE_OF, NO_ZONE, NO_PLACES, NO_SOURCES}
    texts |= {*EXPECTED.values(), *PATTERNS.values(), *(text for text, _key in LIMITS.values())}
    with speaking("vi"):
        assert [text for text in texts if _(text) == text] == []
