"""The documents to which the simulated papers refer, and the words that they use."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import Random
from typing import Any

from lantoa.demo.cast import FOLDER, read_yaml
from lantoa.demo.timeline import HANOI


@dataclass(frozen=True, slots=True)
class Document:
    """A way of referring to one document, or to several at once."""

    ids: frozenset[str]
    phrases: tuple[str, ...]
    weight: int
    issued: date


@dataclass(frozen=True, slots=True)
class References:
    documents: tuple[Document, ...]
    plena: dict[str, str]  # resolution → plenum that issued it
    look_alikes: tuple[str, ...]
    undecidable: tuple[str, ...]

    def choose(self, rng: Random, count: int, published: datetime) -> list[Document]:
        """Returns `count` different documents that were public by then, or fewer if some were drawn twice."""
        public = [d for d in self.documents if d.issued < published.astimezone(HANOI).date()]
        drawn = rng.choices(public, weights=[d.weight for d in public], k=count)
        return list(dict.fromkeys(drawn))

    def with_plena(self, ids: frozenset[str]) -> frozenset[str]:
        """Adds the plenums, whose rows cover the documents that they issued (domain.md, rule 3)."""
        return ids | {self.plena[name] for name in ids if name in self.plena}


@cache
def load_references() -> References:
    content = read_yaml(FOLDER / "references.yaml")
    return References(
        documents=tuple(_document(entry, content) for entry in content["documents"]),
        plena=content["plena"],
        look_alikes=tuple(content["look_alikes"]),
        undecidable=tuple(content["undecidable"]),
    )


def _document(entry: dict[str, Any], content: dict[str, Any]) -> Document:
    issued: date = entry.get("issued", date.min)
    facts = {
        "n": entry.get("n"),
        "term": entry.get("term"),
        "ordinal": entry.get("ordinal"),
        "issuer": content["issuers"].get(entry.get("issuer")),
        **{"d": issued.day, "m": issued.month, "y": issued.year},
        **{"dd": f"{issued.day:02}", "mm": f"{issued.month:02}"},
    }
    patterns = [p for name in entry.get("patterns", ()) for p in content["patterns"][name]]
    phrases = [pattern.format(**facts) for pattern in patterns] + entry.get("phrases", [])
    return Document(frozenset(entry["ids"]), tuple(phrases), entry["weight"], issued)
