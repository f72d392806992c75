"""Pages in the shape of Vietnamese sites, filled with text of our own, and what must be read from each."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from config.selectors import Selectors

HERE = Path(__file__).parent
PAGE = re.compile(r"\A<!--\n(.*?)\n-->\n(.*)\Z", re.S)
STORY = yaml.safe_load((HERE / "stories.yaml").read_text())
DECOY = re.compile(r"\b(?:18|19|20|21|26|27|29|36|39|42|43|44|45)-NQ/TW")


@dataclass(frozen=True)
class Layout:
    """`served_by` is who serves where no selectors are given."""

    name: str
    html: str
    served_by: str
    selectors: Selectors | None
    title: str
    lead: str
    text: str
    date: str

    @property
    def body(self) -> bytes:
        return self.html.encode()

    @property
    def words(self) -> str:
        return f"{self.title} {self.lead} {self.text}"


def all_layouts() -> list[Layout]:
    return [_layout(path, n) for n, path in enumerate(sorted((HERE / "layouts").glob("*.html")))]


def precision_and_recall(found: str, expected: str) -> tuple[float, float]:
    """Of words, each as often as it stands there."""
    here, there = Counter(found.split()), Counter(expected.split())
    same = sum((here & there).values())
    return same / max(1, sum(here.values())), same / max(1, sum(there.values()))


def _layout(path: Path, number: int) -> Layout:
    found = PAGE.match(path.read_text())
    assert found, path
    about = yaml.safe_load(found[1])
    story = STORY["stories"][number % len(STORY["stories"])]
    body = {f"p{n}": text for n, text in enumerate(story["paragraphs"], 1)} | STORY["subheadings"]
    html = Template(found[2]).substitute(STORY["decoys"], title=story["title"], lead=story["lead"], **body)
    used = dict.fromkeys(re.findall(r"\$([ph]\d)", found[2]))
    return Layout(
        name=path.stem,
        html=html,
        served_by=about["served_by"],
        selectors=Selectors(**about["page"]) if "page" in about else None,
        title=story["title"],
        lead=story["lead"] if about.get("lead", True) else "",
        text="\n".join(body[name] for name in used),
        date=about.get("date", ""),
    )
