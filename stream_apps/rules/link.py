"""Which documents of the catalogue a text mentions, with the words that prove it (domain.md, rules 6 and 7)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from config.catalogue import Catalogue, Document
from models.mention import Mention, Zone
from stream_apps.rules.grammar import ROMAN, Form, grammar
from stream_apps.rules.text import fold_with_offsets, has_marks

RULES_VERSION = (
    "1"  # grows when a rule may decide otherwise; tests/rules/test_link.py holds the decisions of each
)
TERM_NAMES = {number: name.upper() for name, number in ROMAN.items()}
RECENT = timedelta(days=365)


class Linker:
    """Compiled once a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._documents = catalogue.documents
        self._by_symbol: dict[tuple[int, str], list[Document]] = {}
        for document in catalogue.documents.values():
            if document.symbol and document.kind != "local":
                number, _, kind = document.symbol.partition("/")[0].partition("-")
                self._by_symbol.setdefault((int(number), kind), []).append(document)

    def link(self, title: str, lead: str, body: str, published: date | None = None) -> tuple[Mention, ...]:
        """In reading order. Offsets are into each zone's own text, as received."""
        established: dict[tuple[int, str], str] = {}
        zones: tuple[tuple[Zone, str], ...] = (("title", title), ("lead", lead), ("body", body))
        return tuple(m for zone, text in zones for m in self._zone(zone, text, published, established))

    def _zone(
        self, zone: Zone, text: str, published: date | None, established: dict[tuple[int, str], str]
    ) -> Iterator[Mention]:
        folded, offsets = fold_with_offsets(text)
        for form in grammar(marked=has_marks(text)).forms(folded):
            start = offsets[form.start] if offsets else form.start
            end = offsets[form.end] if offsets else form.end
            for found in self._resolve(form, published, established):
                resolution, symbol, status, rule, candidates, because = found
                yield Mention(
                    text[start:end],
                    start,
                    end,
                    zone,
                    resolution,
                    symbol,
                    form.family,
                    status,
                    rule,
                    candidates,
                    because,
                )

    def _resolve(
        self, form: Form, published: date | None, established: dict[tuple[int, str], str]
    ) -> Iterator[tuple]:  # type: ignore[type-arg]
        if form.family != "party":
            yield (
                None,
                form.symbol,
                "unlisted" if form.symbol else "general",
                form.family,
                (),
                "another family",
            )
        elif form.shape == "symbol":
            for number in form.numbers:
                yield self._numbered(form, number, published, established)
        else:
            yield from self._named(form)

    def _named(self, form: Form) -> Iterator[tuple]:  # type: ignore[type-arg]
        ids = (
            [f"DH-{TERM_NAMES.get(form.numbers[0])}"]
            if form.shape == "congress"
            else [f"TW-{form.numbers[0]}-{TERM_NAMES.get(term)}" for term in form.terms]
        )
        for name in ids:
            known = name in self._documents
            yield (
                name if known else None,
                None,
                "linked" if known else "unlisted",
                form.shape,
                (name,) if known else (),
                "named",
            )

    def _numbered(
        self, form: Form, number: int, published: date | None, established: dict[tuple[int, str], str]
    ) -> tuple:  # type: ignore[type-arg]
        key = number, form.type
        symbol = f"{number:02d}-{form.type}/TW"
        candidates = self._by_symbol.get(key, [])
        names = tuple(document.id for document in candidates)
        if not candidates:
            return None, symbol, "unlisted", "symbol", (), "not in the catalogue"
        winner, because = _decide(form, candidates, published, established.get(key))
        if winner is None:
            return None, symbol, "ambiguous", "symbol", names, because
        established[key] = winner.id
        return winner.id, symbol, "linked", "symbol", names, because


def linked(mentions: Iterable[Mention], catalogue: Catalogue) -> tuple[str, ...]:
    """Distinct catalogue ids in reading order, each followed by the plenum that issued it."""
    found: dict[str, None] = {}
    for mention in mentions:
        if mention.status == "linked" and mention.resolution:
            found.setdefault(mention.resolution)
            if plenum := catalogue.plenum_of(mention.resolution):
                found.setdefault(plenum)
    return tuple(found)


def _decide(
    form: Form, candidates: list[Document], published: date | None, earlier: str | None
) -> tuple[Document | None, str]:
    """The stated date or term, then the issuer, then what the text established, then the publication date."""
    left = candidates
    if form.issued:
        left = [d for d in left if d.issued == form.issued] or [
            d for d in left if d.issued and d.issued.year == form.issued.year
        ]
        if len(left) == 1:
            return left[0], "the stated date"
        return None, "the stated date fits no entry"
    if form.terms:
        left = [d for d in left if d.term in {TERM_NAMES.get(t) for t in form.terms}]
        if len(left) == 1:
            return left[0], "the stated term"
        return None, "the stated term fits no entry"
    if len(left) > 1 and form.issuer:
        left = [d for d in left if d.issuer == form.issuer] or left
    if len(left) == 1:
        return left[0], "the only one of its number" if left == candidates else "the issuer"
    if earlier and (same := [d for d in left if d.id == earlier]):
        return same[0], "established earlier in the text"
    return _by_publication(left, published)


def _by_publication(left: list[Document], published: date | None) -> tuple[Document | None, str]:
    if published is None:
        return None, "several terms have this number"
    possible = [d for d in left if d.issued is None or d.issued <= published]
    if len(possible) == 1:
        return possible[0], "the others were issued later"
    recent = [d for d in possible if d.issued and published - d.issued <= RECENT]
    if len(recent) == 1:
        return recent[0], "issued in the twelve months before"
    return None, "several terms have this number"
