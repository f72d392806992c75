"""All references of an article decided together: what speaks for itself first, then what leans on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, zip_longest

from models.mention import Zone
from stream_apps.rules.article import Article
from stream_apps.rules.bare import BareRule
from stream_apps.rules.candidates import Index
from stream_apps.rules.context import Reference
from stream_apps.rules.decision import Decision
from stream_apps.rules.grammar import Form, Member
from stream_apps.rules.named import NameRule
from stream_apps.rules.numbered import NumberRule
from stream_apps.rules.reading import Placed
from stream_apps.rules.terms import Chooser

Key = tuple[str, int]


@dataclass(slots=True)
class Slot:
    """One number of a reference, or one name. `spans` are in the zone's folded text, one for each decision."""

    zone: Zone
    offset: int
    reference: Reference
    member: Member | None
    row: int = 0  # of references joined to each other
    leader: "Slot | None" = None  # the next reference, when this one is joined to it
    decisions: list[Decision] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def key(self) -> Key | None:
        form = self.reference.form
        if self.member is None or form.shape not in {"numbered", "plenum"}:
            return None
        type_ = "TW" if form.shape == "plenum" else self.member.symbol.type or form.type
        return type_, self.member.number


class Resolver:
    def __init__(self, index: Index) -> None:
        self._index = index
        chooser = Chooser(index)
        self._numbers, self._bare = NumberRule(index, chooser), BareRule(index, chooser)
        self._names = NameRule(index)

    def resolve(self, found: Sequence[Placed], article: Article) -> list[Slot]:
        slots = _slots(found)
        for slot in slots:
            self._speak(slot, article)
        for slot in reversed(slots):
            self._follow(slot, article)
        self._lean(slots)
        for _, together in groupby(slots, lambda slot: slot.row):
            self._accompany(list(together), article)
        for slot in slots:
            self._ask(slot, article)
        return slots

    def _speak(self, slot: Slot, article: Article) -> None:
        """What its own words decide."""
        ref, member = slot.reference, slot.member
        if ref.form.shape == "numbered" and member:
            decision = self._numbers.explicit(ref, member, article)
            if decision is None and self._numbers.is_bare(ref, member):
                decision = self._bare.beside(ref, member, article)
            if decision:
                _settle(slot, decision, _own(slot))
        elif ref.form.shape == "plenum" and member and ref.terms:
            decisions = list(self._names.plenum(member.number, ref.terms, ref, article))
            for decision, span in zip(decisions, _plenum_spans(slot), strict=True):
                _settle(slot, decision, span)
        elif ref.form.shape == "congress":
            _settle(slot, self._names.congress(member, ref, article), _own(slot))
        elif ref.form.shape == "plain":
            for decision in self._names.plain(ref, article):
                _settle(slot, decision, _own(slot))

    def _follow(self, slot: Slot, article: Article) -> None:
        """`Nghị quyết 08 và Nghị quyết 49 của Bộ Chính trị`: the issuer of the last stands for all, but for numbers by
        which the press means the state's (54)."""
        ref, member = slot.reference, slot.member
        if ref.form.shape != "numbered" or not member or slot.decisions:
            return
        if ref.issuer:
            slot.reference = replace(ref, how="list" if ref.how == "about" else ref.how)
        elif (last := _numbered(slot.leader)) and not self._bare.may_be_states(ref, member, article):
            stated = ref.stated or last.stated
            terms, lent = ref.terms or last.terms, ref.stated is None
            slot.reference = replace(
                ref, issuer=last.issuer, how="list", terms=terms, stated=stated, lent=lent
            )
        else:
            return
        if decision := self._numbers.explicit(slot.reference, member, article):
            _settle(slot, decision, _own(slot))

    def _lean(self, slots: list[Slot]) -> None:
        """What is named in full elsewhere: before it, else after it."""
        last: dict[Key, Decision] = {}
        for slot in reversed(slots):
            if slot.key and _is_decided(slot):
                last[slot.key] = slot.decisions[0]
        for slot in slots:
            if slot.key is None or slot.key not in last:
                continue
            if _is_decided(slot):
                last[slot.key] = slot.decisions[0]
            elif not slot.decisions and self._may_lean(slot, last[slot.key]):
                because = "named in full elsewhere in the text"
                _settle(slot, replace(last[slot.key], rule="established", because=because), _own(slot))

    def _may_lean(self, slot: Slot, decision: Decision) -> bool:
        """A bare number takes any family; what says that it is the Party's only a document of the Party."""
        member = slot.member
        if slot.reference.form.shape == "plenum" or member is None:
            return True
        return self._numbers.is_bare(slot.reference, member) or decision.winner is not None

    def _accompany(self, row: Sequence[Slot], article: Article) -> None:
        """`các Nghị quyết 57, 59, 66 và 68`."""
        numbered = [s for s in row if s.member and s.reference.form.shape == "numbered"]
        others = [slot.decisions[0] for slot in numbered if slot.decisions]
        bare = [
            (slot, slot.reference, slot.member)
            for slot in numbered
            if slot.member and not slot.decisions and self._numbers.is_bare(slot.reference, slot.member)
        ]
        found = self._bare.in_company([(ref, member) for _, ref, member in bare], others, article)
        for (slot, _, _), decision in zip(bare, found, strict=True):
            if decision:
                _settle(slot, decision, _own(slot))

    def _ask(self, slot: Slot, article: Article) -> None:
        """What is left: the text around, then a human."""
        ref, member = slot.reference, slot.member
        if slot.decisions or not member:
            return
        if ref.form.shape == "plenum":
            decision: Decision | None = next(self._names.plenum(member.number, (), ref, article))
        else:
            decision = (
                self._numbers.explicit(ref, member, article, last=True)
                or self._bare.at_large(ref, member, article)
                or self._bare.undecided(ref, member, article)
            )
        if decision:
            _settle(slot, decision, _own(slot))


def _slots(found: Sequence[Placed]) -> list[Slot]:
    groups = [list(_members(placed)) for placed in found]
    row = 0
    for placed, group, following in zip_longest(found, groups, groups[1:]):
        for slot in group:
            slot.row = row
            slot.leader = following[0] if placed.joined and following else None
        row += not placed.joined
    return [slot for group in groups for slot in group]


def _members(placed: Placed) -> Iterator[Slot]:
    form = placed.reference.form
    for member in form.members or (None,):
        lent = form.shape == "numbered" and member is not form.members[-1]
        ref = replace(placed.reference, lent=True) if lent else placed.reference
        yield Slot(placed.zone, placed.offset, ref, member)
    if placed.reference.plenum and form.shape == "numbered" and form.type == "NQ":
        yield _issuing_plenum(placed, placed.reference.plenum)


def _issuing_plenum(placed: Placed, number: int) -> Slot:
    """`Nghị quyết 27 của Trung ương 7 khóa XII` names the plenum too."""
    ref = placed.reference
    start = ref.plenum_at
    member = Member(start, ref.tail, number, ref.form.members[0].symbol)
    form = Form("plenum", ref.form.type, start, ref.tail, (member,))
    issuing = replace(ref, form=form, plenum=None, term_spans=())
    return Slot(placed.zone, placed.offset, issuing, member)


def _numbered(slot: Slot | None) -> Reference | None:
    return slot.reference if slot and slot.reference.form.shape == "numbered" else None


def _is_decided(slot: Slot) -> bool:
    return bool(slot.decisions) and slot.decisions[0].status != "ambiguous"


def _settle(slot: Slot, decision: Decision, span: tuple[int, int]) -> None:
    slot.decisions.append(decision)
    slot.spans.append(span)


def _own(slot: Slot) -> tuple[int, int]:
    place = slot.member or slot.reference.form
    return slot.offset + place.start, slot.offset + max(place.end, place.start)


def _plenum_spans(slot: Slot) -> list[tuple[int, int]]:
    """One for each stated term: the first with the name before it."""
    ref = slot.reference
    start, end = _own(slot)
    if len(ref.form.members) > 1 or len(ref.term_spans) != len(ref.terms):
        return [(start, end)] * len(ref.terms)
    (_, last), *others = ref.term_spans
    if not others and ref.near[last : last + 1] == ")" and "(" in ref.near[start - slot.offset : last]:
        last += 1
    return [(start, slot.offset + last), *((slot.offset + a, slot.offset + b) for a, b in others)]
