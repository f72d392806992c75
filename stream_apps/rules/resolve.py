"""Resolves all references of an article together: first those that are clear by themselves, then those that depend on
them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from models.messages.mention import Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Index
from stream_apps.rules.grammar import Form, ListedNumber
from stream_apps.rules.mention_verdict import MentionVerdict
from stream_apps.rules.named import NameRule
from stream_apps.rules.numbered import NumberRule
from stream_apps.rules.patterns import spelled
from stream_apps.rules.reference_finder import PlacedReference
from stream_apps.rules.surroundings import Reference
from stream_apps.rules.terms import Chooser
from stream_apps.rules.weighing.case import CaseKind, Spot, WeighedCase
from stream_apps.rules.weighing.features import says_what
from stream_apps.rules.weighing.weigher import Weigher

Key = tuple[str, int]
CENTRAL = {"politburo", "secretariat", "central_committee", "centre"}
COUNTED = r"(?<!\w)(?:hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,2})\s+$"
KINDS: dict[str, CaseKind] = {
    "numbered": "number",
    "plenum": "plenum",
    "congress": "congress",
    "plain": "plain",
}
MOST_SPOTS, MOST_BESIDE, MOST_UNNUMBERED = (
    12,
    24,
    60,
)  # mentions of one text that are weighed: no article has as many


@dataclass(slots=True)
class Slot:
    """One number of a reference, or one name. `spans` are in the zone's folded text, one for each verdict."""

    zone: Zone
    offset: int
    reference: Reference
    member: ListedNumber | None
    row: int = 0  # the number of the list in which references are joined
    leader: "Slot | None" = None  # the next reference, when this one is joined to it
    verdicts: list[MentionVerdict] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def key(self) -> Key | None:
        form = self.reference.form
        if self.member is None or form.shape not in {"numbered", "plenum"}:
            return None
        type_ = "TW" if form.shape == "plenum" else self.member.symbol.type or form.type
        return type_, self.member.number


class Resolver:
    def __init__(self, index: Index, weigher: Weigher) -> None:
        self._numbers, self._names = NumberRule(index, Chooser(index)), NameRule(index)
        self._weigher = weigher

    def resolve(self, found: Sequence[PlacedReference], article: ArticleText) -> list[Slot]:
        slots = self.outright(found, article)
        sense = self._weigher.sense(article)
        for case, members in self.cases(slots):
            if verdict := self._weigher.verdict(case, sense):
                for slot in members:
                    _settle(slot, self._for(slot, case, verdict), _own(slot))
        for slot in slots:
            if slot.verdicts or slot.reference.form.shape != "plain":
                continue
            if verdict := self._names.general(slot.reference):
                _settle(slot, verdict, _own(slot))
        _mark_allusions(slots)
        return slots

    def outright(self, found: Sequence[PlacedReference], article: ArticleText) -> list[Slot]:
        """Resolves what the words state outright, in the mention or elsewhere in the text."""
        slots = _slots(found)
        for slot in slots:
            self._speak(slot, article)
        for slot in reversed(slots):
            self._follow(slot, article)
        self._lean(slots)
        return slots

    def cases(self, slots: Sequence[Slot]) -> Iterator[tuple[WeighedCase, list[Slot]]]:
        """Yields what is left to be weighed: all mentions of one number or plenum together, in the order in which
        they appear."""
        groups: dict[object, list[Slot]] = {}
        unnumbered = 0
        for slot in slots:
            if not slot.verdicts and _is_weighed(slot):
                unnumbered += slot.key is None
                if slot.key or unnumbered <= MOST_UNNUMBERED:
                    groups.setdefault(slot.key or id(slot), []).append(slot)
        rows = numbered_rows(slots)
        for members in groups.values():
            yield self.case(members, rows), members

    def case(self, members: Sequence[Slot], rows: Mapping[int, Sequence[Slot]]) -> WeighedCase:
        """`rows` holds the numbered mentions of each list. Of a number that is repeated often, the first mentions are
        used."""
        stated = members[:MOST_SPOTS]
        first = stated[0]
        kind = KINDS[first.reference.form.shape]
        type_, number = first.key or (first.reference.form.type, 0)
        if kind == "congress" and first.member:
            type_, number = "DH", first.member.number
        partys = kind == "number" and any(
            slot.member and self._numbers.is_partys(slot.reference, slot.member) for slot in members
        )
        others = _others(stated, rows) if kind == "number" else []
        spots = [_spot(slot) for slot in stated]
        return WeighedCase(kind, type_, number, spots, partys, _company(others), _without_verdict(others))

    def _for(self, slot: Slot, case: WeighedCase, verdict: MentionVerdict) -> MentionVerdict:
        """A bare number takes the verdict of the same number whose issuer is stated."""
        if not case.of_party or slot.member is None or self._numbers.is_partys(slot.reference, slot.member):
            return verdict
        return replace(verdict, rule="established", because="named in full elsewhere in the text")

    def _speak(self, slot: Slot, article: ArticleText) -> None:
        """Applies what the mention's own words state."""
        if slot.reference.form.shape == "plenum" and slot.member and slot.reference.terms:
            verdicts = list(self._names.plenum(slot.member.number, slot.reference.terms))
            for verdict, span in zip(verdicts, _plenum_spans(slot), strict=True):
                _settle(slot, verdict, span)
            return
        for verdict in self._said(slot, article):
            _settle(slot, verdict, _own(slot))

    def _said(self, slot: Slot, article: ArticleText) -> Iterator[MentionVerdict]:
        ref, member = slot.reference, slot.member
        found: MentionVerdict | None = None
        if ref.form.shape == "plain":
            yield from self._names.plain(ref, article)
        elif ref.form.shape == "congress":
            found = self._names.congress(member, ref, article)
        elif member and ref.form.shape == "plenum":
            found = self._names.plenum_of_year(member.number, ref, article)
        elif member:
            found = self._numbers.outright(ref, member)
        if found:
            yield found

    def _follow(self, slot: Slot, article: ArticleText) -> None:
        """In `Nghị quyết 08 và Nghị quyết 49 của Bộ Chính trị`, the issuer of the last applies to all, except to
        numbers that the press uses for the state's documents (54)."""
        ref, member = slot.reference, slot.member
        if ref.form.shape != "numbered" or not member or slot.verdicts:
            return
        if ref.issuer:
            slot.reference = replace(ref, how="list" if ref.how == "about" else ref.how)
        elif (last := _numbered(slot.leader)) and not self._is_on_its_own(ref, member, last, article):
            alike = not says_what(ref)
            stated, terms = (
                (ref.stated or last.stated, ref.terms or last.terms) if alike else (ref.stated, ref.terms)
            )
            lent = ref.stated is None
            slot.reference = replace(
                ref, issuer=last.issuer, how="list", terms=terms, stated=stated, lent=lent
            )
        else:
            return
        if verdict := self._numbers.outright(slot.reference, member):
            _settle(slot, verdict, _own(slot))

    def _is_on_its_own(
        self, ref: Reference, member: ListedNumber, last: Reference, article: ArticleText
    ) -> bool:
        """True for a number that the press uses for the state's documents, and for one with a subject of its own:
        `Nghị quyết 29 về giáo dục, Nghị quyết 88 của Quốc hội`."""
        others = last.issuer is not None and last.issuer.family != "party"
        return (others and says_what(ref)) or self._numbers.may_be_states(ref, member, article)

    def _lean(self, slots: list[Slot]) -> None:
        """Resolves a mention by one in full elsewhere: before it, else after it."""
        last: dict[Key, MentionVerdict] = {}
        for slot in reversed(slots):
            if slot.key and _has_verdict(slot):
                last[slot.key] = slot.verdicts[0]
        for slot in slots:
            if slot.key is None or slot.key not in last:
                continue
            if _has_verdict(slot):
                last[slot.key] = slot.verdicts[0]
            elif not slot.verdicts and self._may_lean(slot, last[slot.key]):
                because = "named in full elsewhere in the text"
                _settle(slot, replace(last[slot.key], rule="established", because=because), _own(slot))

    def _may_lean(self, slot: Slot, verdict: MentionVerdict) -> bool:
        """A bare number may follow any family; a mention that names the Party may only follow a document of the
        Party."""
        member = slot.member
        if slot.reference.form.shape == "plenum" or member is None:
            return True
        return self._numbers.is_bare(slot.reference, member) or verdict.winner is not None


def _mark_allusions(slots: Sequence[Slot]) -> None:
    """Marks `bốn nghị quyết của Bộ Chính trị`: documents that a human may know, where the text names none of the
    Party's."""
    stated = [verdict for slot in slots for verdict in slot.verdicts if verdict.family == "party"]
    if any(verdict.status != "general" for verdict in stated):
        return
    for slot in slots:
        ref = slot.reference
        counted = spelled(COUNTED, ref.plain).search(ref.near, max(0, ref.form.start - 12), ref.form.start)
        if (
            counted
            and ref.issuer
            and ref.issuer.code in CENTRAL
            and slot.verdicts
            and ref.form.shape == "plain"
        ):
            because = "documents that are counted and not named"
            slot.verdicts = [replace(slot.verdicts[0], status="ambiguous", rule="allusion", because=because)]


def _is_weighed(slot: Slot) -> bool:
    """A mention without a number is weighed only where something is said about it."""
    ref = slot.reference
    if slot.reference.form.shape != "plain":
        return slot.member is not None
    return (
        bool(ref.about.strip())
        and (ref.issuer is None or ref.issuer.family == "party")
        and not ref.form.joint
    )


def _spot(slot: Slot) -> Spot:
    start, end = _own(slot)
    return Spot(slot.zone, start, end, slot.offset + slot.reference.tail, slot.reference, slot.member)


def numbered_rows(slots: Sequence[Slot]) -> dict[int, list[Slot]]:
    """Returns the numbered mentions of each list."""
    rows: dict[int, list[Slot]] = {}
    for slot in slots:
        if slot.member and slot.reference.form.shape == "numbered":
            rows.setdefault(slot.row, []).append(slot)
    return rows


def _others(members: Sequence[Slot], rows: Mapping[int, Sequence[Slot]]) -> list[Slot]:
    """Returns the other mentions in the same lists."""
    beside = {row: rows.get(row, ())[:MOST_BESIDE] for row in {slot.row for slot in members}}
    return [slot for row in beside.values() for slot in row if slot.key != members[0].key]


def _company(others: Sequence[Slot]) -> float | None:
    partys = [
        slot.verdicts[0].family == "party" and slot.verdicts[0].winner is not None
        for slot in others
        if slot.verdicts
    ]
    return sum(partys) / len(partys) if partys else None


def _without_verdict(others: Sequence[Slot]) -> tuple[int, ...]:
    return tuple(slot.member.number for slot in others if slot.member and not slot.verdicts)


def _slots(found: Sequence[PlacedReference]) -> list[Slot]:
    groups = [list(_members(placed)) for placed in found]
    row = 0
    for placed, group, following in zip_longest(found, groups, groups[1:]):
        for slot in group:
            slot.row = row
            slot.leader = following[0] if placed.joined and following else None
        row += not placed.joined
    return [slot for group in groups for slot in group]


def _members(placed: PlacedReference) -> Iterator[Slot]:
    form = placed.reference.form
    for member in form.members or (None,):
        lent = form.shape == "numbered" and member is not form.members[-1]
        ref = replace(placed.reference, lent=True) if lent else placed.reference
        yield Slot(placed.zone, placed.offset, ref, member)
    if placed.reference.plenum and form.shape == "numbered" and form.type == "NQ":
        yield _issuing_plenum(placed, placed.reference.plenum)


def _issuing_plenum(placed: PlacedReference, number: int) -> Slot:
    """`Nghị quyết 27 của Trung ương 7 khóa XII` names the plenum too."""
    ref = placed.reference
    start = ref.plenum_at
    member = ListedNumber(start, ref.tail, number, ref.form.members[0].symbol)
    form = Form("plenum", ref.form.type, start, ref.tail, (member,))
    issuing = replace(ref, form=form, plenum=None, term_spans=())
    return Slot(placed.zone, placed.offset, issuing, member)


def _numbered(slot: Slot | None) -> Reference | None:
    return slot.reference if slot and slot.reference.form.shape == "numbered" else None


def _has_verdict(slot: Slot) -> bool:
    return bool(slot.verdicts) and slot.verdicts[0].status != "ambiguous"


def _settle(slot: Slot, verdict: MentionVerdict, span: tuple[int, int]) -> None:
    slot.verdicts.append(verdict)
    slot.spans.append(span)


def _own(slot: Slot) -> tuple[int, int]:
    place = slot.member or slot.reference.form
    return slot.offset + place.start, slot.offset + max(place.end, place.start)


def _plenum_spans(slot: Slot) -> list[tuple[int, int]]:
    """Returns one span for each stated term: the first includes the name before it."""
    ref = slot.reference
    start, end = _own(slot)
    if len(ref.form.members) > 1 or len(ref.term_spans) != len(ref.terms):
        return [(start, end)] * len(ref.terms)
    (_, last), *others = ref.term_spans
    if not others and ref.near[last : last + 1] == ")" and "(" in ref.near[start - slot.offset : last]:
        last += 1
    return [(start, slot.offset + last), *((slot.offset + a, slot.offset + b) for a, b in others)]
