"""Writes the texts of pieces from random sentences that state exactly what the plan requires."""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from lantoa.demo.cast import FOLDER, read_yaml
from lantoa.demo.demo_pieces import DemoText
from lantoa.demo.references import Document, load_references

ZONES = ("title", "lead", "body")
BRIEF = (70, 130)  # range of syllables of the body; a brief with its lead stays well below 250
ARTICLE = (290, 380)


@dataclass(frozen=True, slots=True)
class TextPlan:
    """What a piece has to state. `named` are the zones that name a place of the programme."""

    documents: tuple[Document, ...] = ()
    in_title: bool = False  # the title names the first document as well
    named: tuple[str, ...] = ()
    elsewhere: bool = False  # it names places of other provinces
    long: bool = False
    look_alike: bool = False
    decoy: bool = False
    undecidable: bool = False


@cache
def sentences() -> dict[str, Any]:
    """Loads sentences.yaml."""
    content: dict[str, Any] = read_yaml(FOLDER / "sentences.yaml")
    return content


class TextWriter:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._words = sentences()

    def piece(self, plan: TextPlan) -> DemoText:
        """Writes a title, a lead, and a body in paragraphs."""
        title, in_title = self.title(plan)
        lead = self._sentence(self._pick("neutral" if plan.undecidable else "leads"), plan, "lead")
        body = self._body(plan)
        in_text = frozenset[str]().union(*(document.ids for document in plan.documents))
        return DemoText(title, lead, _paragraphs(body), in_title, in_text, plan.undecidable)

    def spoken(self, plan: TextPlan) -> DemoText:
        """Writes a title and a description, as podcasts and loudspeakers have; the description names everything."""
        text = self.piece(plan)
        lead = " ".join((text.lead, *text.body))
        return DemoText(text.title, lead, (), text.in_title, text.in_text, text.undecided)

    def bulletin(self) -> DemoText:
        """Returns the same text every time, shorter than thirty syllables."""
        title, *lead = self._rng.choice(self._words["bulletins"])
        return DemoText(title, " ".join(lead))

    def title(self, plan: TextPlan) -> tuple[str, frozenset[str]]:
        """Returns a title, and the catalogue ids to which it refers."""
        if plan.decoy and self._rng.random() < 0.3:
            return self._pick("decoy_titles"), frozenset()
        document = plan.documents[0] if plan.in_title else None
        kind = "neutral_titles" if plan.undecidable else "title_references" if document else "titles"
        templates = self._words[kind]
        if "title" in plan.named:
            templates = [template for template in templates if "{place}" in template]
        phrase = self._rng.choice(document.phrases) if document else ""
        title = self._sentence(self._rng.choice(templates), plan, "title", ref=phrase)
        return title, document.ids if document else frozenset()

    def _body(self, plan: TextPlan) -> list[str]:
        said = [self._mention(document, plan) for document in plan.documents]
        if plan.look_alike:
            fake = self._rng.choice(load_references().look_alikes)
            said.append(self._sentence(self._pick("look_alikes"), plan, "body", fake=fake))
        if plan.decoy:
            said.append(self._sentence(self._pick("decoys"), plan, "body"))
        if plan.undecidable:
            return self._undecidable_body(plan)
        if "body" in plan.named:
            said.append(self._sentence(self._naming_template(), plan, "body"))
        return self._filled_up(said, plan)

    def _filled_up(self, said: list[str], plan: TextPlan) -> list[str]:
        wanted = self._rng.randint(*(ARTICLE if plan.long else BRIEF))
        templates = iter(self._rng.sample(self._words["bodies"], len(self._words["bodies"])))
        while _syllables(said) < wanted:
            said.insert(self._rng.randint(0, len(said)), self._sentence(next(templates), plan, "body"))
        return said

    def _undecidable_body(self, plan: TextPlan) -> list[str]:
        phrase = self._rng.choice(load_references().undecidable)
        mention = self._sentence(self._pick("neutral_references"), plan, "body", ref=phrase)
        neutral = [self._sentence(template, plan, "body") for template in self._words["neutral"]]
        return [mention, *self._rng.sample(neutral, len(neutral))]

    def _mention(self, document: Document, plan: TextPlan) -> str:
        return self._sentence(self._pick("references"), plan, "body", ref=self._rng.choice(document.phrases))

    def _naming_template(self) -> str:
        return str(self._rng.choice([t for t in self._words["bodies"] if "{place}" in t]))

    def _pick(self, kind: str) -> str:
        return str(self._rng.choice(self._words[kind]))

    def _sentence(self, template: str, plan: TextPlan, zone: str, **said: str) -> str:
        filled = template.format(**said, **self._fillings(plan, zone))
        return filled[:1].upper() + filled[1:]

    def _fillings(self, plan: TextPlan, zone: str) -> dict[str, str]:
        rng, slots = self._rng, self._words["slots"]
        name = " ".join(rng.choice(slots[part]) for part in ("title_of", "surname", "middle", "given"))
        where = "places" if zone in plan.named else "elsewhere" if plan.elsewhere else "nowhere"
        return {
            "person": name,
            "place": rng.choice(self._words[where]),
            "n": f"{rng.randint(110, 9800):,}".replace(",", "."),
            "small": str(rng.randint(3, 48)),
            "pct": f"{rng.randint(11, 98)},{rng.randint(1, 9)}%",
            **{slot: rng.choice(slots[slot]) for slot in ("unit", "theme", "crop")},
        }


def _paragraphs(body: list[str]) -> tuple[str, ...]:
    return tuple(" ".join(body[start : start + 3]) for start in range(0, len(body), 3))


def _syllables(said: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in said)
