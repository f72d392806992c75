"""Makes examples from labelled articles: a case with its options, and which of them the readers accept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from config.catalogue import Catalogue
from scripts.linking.articles import Labelled
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Index
from stream_apps.rules.grammar import Form
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.reference_finder import references
from stream_apps.rules.resolve import Resolver, Slot, numbered_rows
from stream_apps.rules.text import fold
from stream_apps.rules.weighing.case import Option, WeighedCase
from stream_apps.rules.weighing.features import Weighing, says_what
from stream_apps.rules.weighing.habits import Habits, half_year
from stream_apps.rules.weighing.model import Model
from stream_apps.rules.weighing.weigher import Weigher

FORM = "row"  # prefix of the ids of rows of the table of forms
FREE = 0.3  # weight of an example that no reader has labelled
STATED_RULES = {"stated-date", "stated-term", "plenum", "established", "symbol", "congress", "local-congress"}
Counts = dict[str, dict[str, dict[int, float]]]


@dataclass(slots=True)
class Example:
    """`accepted` are positions of the options of which one must be meant. Its options have no habits yet."""

    read: "Read"
    case: WeighedCase
    options: list[Option]
    accepted: list[int]
    weight: float


@dataclass(slots=True)
class Read:
    """An article in which everything is resolved that its words state outright, and the rest to be weighed."""

    labelled: Labelled
    article: ArticleText
    # the last element is true for a mention whose own words were hidden
    cases: list[tuple[WeighedCase, list[Slot], bool]]
    outright: frozenset[str]
    slots: list[Slot]


class Reader:
    def __init__(self, catalogue: Catalogue, model: Model) -> None:
        self.index = Index(catalogue)
        self.weigher = Weigher(self.index, model)
        self._resolver = Resolver(self.index, self.weigher)

    def read(self, labelled: Labelled) -> Read | None:
        texts = {"title": labelled.title, "lead": labelled.lead, "body": labelled.text}
        if not any(map(may_mention, texts.values())):
            return None
        article = ArticleText(tuple(texts.items()), labelled.published, self.index.almanac)  # type: ignore[arg-type]
        placed, _ = references(article)
        slots = self._resolver.outright(placed, article)
        cases = [(case, members, False) for case, members in self._resolver.cases(slots)]
        cases += [(case, members, True) for case, members in self._hidden(slots)]
        named = frozenset(d.winner.name for s in slots for d in s.verdicts if d.winner)
        return Read(labelled, article, cases, named, slots)

    def _hidden(self, slots: Sequence[Slot]) -> Iterator[tuple[WeighedCase, list[Slot]]]:
        """Yields mentions that a text names in full, with their words of date, term and symbol removed, and later
        mentions of the same by its bare number. They need no reader."""
        rows = numbered_rows(slots)
        for slot in slots:
            if len(slot.verdicts) != 1 or not slot.member or slot.verdicts[0].rule not in STATED_RULES:
                continue
            form = replace(slot.reference.form, kind="")
            ref = replace(slot.reference, form=form, terms=(), term_spans=(), stated=None)
            bare = Slot(slot.zone, slot.offset, ref, slot.member, slot.row, slot.leader)
            case = self._resolver.case([bare], rows)
            if slot.verdicts[0].rule == "symbol":
                case.of_party = False
            yield case, [slot]
            if case.of_party and case.kind == "number" and says_what(ref):
                unnumbered = replace(ref, form=Form("plain", form.type, form.start, form.end))
                plain = Slot(slot.zone, slot.offset, unnumbered, None, slot.row, slot.leader)
                yield self._resolver.case([plain], {}), [slot]


def examples(reads: Iterable[Read], reader: Reader, labelled: bool, weight: float = 1.0) -> Iterator[Example]:
    """`labelled` is true where a reader has stated what is right; otherwise only mentions that are named in full
    elsewhere teach."""
    weighing = Weighing(reader.index)
    for read in reads:
        sense = reader.weigher.sense(read.article)
        for case, slots, hidden in read.cases:
            if not labelled and not hidden:
                continue
            options = weighing.options(case, sense)
            right = _of_decision(slots) if hidden else _right(case, slots, read, options)
            if right is None:
                continue
            accepted = [i for i, option in enumerate(options) if option.name in right] or [
                i for i, option in enumerate(options) if option.document is None
            ]
            if len(accepted) < len(options):
                yield Example(read, case, options, accepted, FREE if hidden else weight)


def with_habits(found: Iterable[Example], counts: Counts) -> None:
    """Adds to each example what the other articles show."""
    for example in found:
        for option in example.options:
            option.features.pop("habit", None)
        if example.read.labelled.id.startswith(FORM):  # a table shows no habit of the press
            continue
        habit = Habits(without(counts, example.read))
        habit.add(example.options, example.case.form, example.read.article.writing.day)


def _of_decision(slots: Sequence[Slot]) -> frozenset[str]:
    verdict = slots[0].verdicts[0]
    return frozenset({verdict.winner.name}) if verdict.winner else frozenset()


def _right(
    case: WeighedCase, slots: Sequence[Slot], read: Read, options: Sequence[Option]
) -> frozenset[str] | None:
    """Returns None where the labels do not show it."""
    possible = {option.name for option in options if option.document}
    right, optional = read.labelled.right & possible, read.labelled.optional & possible
    if case.kind != "plain":
        return (right or None) if optional and not right else right
    shown = {label for label, words in read.labelled.evidence if any(_shows(words, s, read) for s in slots)}
    if right & shown:
        return right & shown
    if optional or right - read.outright:
        return None
    return frozenset()


def _shows(words: str, slot: Slot, read: Read) -> bool:
    """Returns whether the mention is within the readers' words."""
    text = fold(read.article.folded(slot.zone).text)
    start = slot.offset + slot.reference.form.start
    at = text.find(fold(words))
    while at >= 0:
        if at - 3 <= start < at + len(words) + 3:
            return True
        at = text.find(fold(words), at + 1)
    return False


def habits(reads: Iterable[Read]) -> Counts:
    """Counts how many articles mean which document by a form, by half-year; those without a date count for none
    (0)."""
    counts: Counts = {}
    for read in reads:
        for form, name in own_habits(read):
            by_time = counts.setdefault(form, {}).setdefault(name, {})
            time = half_year(read.labelled.published) if read.labelled.published else 0
            by_time[time] = by_time.get(time, 0.0) + 1.0
    return counts


def own_habits(read: Read) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for case, _slots, hidden in read.cases:
        if case.kind == "plain" or case.of_party:
            continue
        if hidden:
            continue
        pool = {name for name in read.labelled.right | read.labelled.optional if _bears(name, case)}
        found |= {(case.form, name) for name in pool or {""}}
    return found


def _bears(name: str, case: WeighedCase) -> bool:
    parts = name.split("-")
    if case.kind == "number":
        return parts[0] == case.type and parts[1].isdecimal() and int(parts[1]) == case.number
    if case.kind == "plenum":
        return parts[0] == "TW" and int(parts[1]) == case.number
    return parts[0] == "DH"


def without(counts: Counts, read: Read) -> Counts:
    """Returns the counts of the other articles."""
    own = own_habits(read)
    if not own:
        return counts
    changed = {form: {name: dict(times) for name, times in counts.get(form, {}).items()} for form, _ in own}
    time = half_year(read.labelled.published) if read.labelled.published else 0
    for form, name in own:
        times = changed[form].get(name, {})
        if time in times:
            times[time] -= 1.0
            if times[time] <= 0:
                del times[time]
    return counts | changed
