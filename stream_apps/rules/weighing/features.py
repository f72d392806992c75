"""The features by name: the evidence for each document that a case may mean, and for none of them
(docs/linking.md)."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import log1p

from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.dating import shifted
from stream_apps.rules.named import ANOTHER_CONGRESS, PLURAL, SAYS
from stream_apps.rules.patterns import spelled
from stream_apps.rules.surroundings import Reference
from stream_apps.rules.terms import EARLY_PRESS, ISSUERS
from stream_apps.rules.weighing.case import OTHER, Option, Spot, WeighedCase
from stream_apps.rules.weighing.sense import CLAUSE, LOCAL, PARTY, STATE, Sense
from stream_apps.rules.weighing.subjects import FAR, near
from stream_apps.rules.weighing.syllables import SYLLABLE, shown

MOST_TERMS = 3
LONGEST_PHRASE = 16  # syllables
LEAST_COVERED = 0.12  # least share of the stated subject that is covered
RECENT = 2 * 366  # days for which a document is news
BODIES = (("party", PARTY), ("state", STATE), ("local", LOCAL))
AGES = ((366, "new"), (RECENT, "recent"), (5 * 366, "middle-aged"))
MOST_PLAIN = 6  # documents among which a mention without a number is weighed
LEAST_PLAIN = 0.12  # least weight of the document's subject that must be present
ABOUT = r"[\s,:\"“(]*(?:về|với nội dung|nhằm)(?!\w)"


class Weighing:
    """Builds the options of a case."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def options(self, case: WeighedCase, sense: Sense) -> list[Option]:
        pool = self._pool(case, sense)
        known = case.kind == "number" and not case.of_party and self._look_alikes(case, sense)
        # this holds for most mentions of most articles, so nothing else has to be looked up
        if not pool and not known:
            return [Option(OTHER, None)]
        options = [self._document(c, case, sense, pool) for c in pool]
        if case.kind == "number" and not case.of_party:
            options += [self._look_alike(c, case, sense) for c in self._look_alikes(case, sense)]
        return [*options, self._other(case, sense, options)]

    # the documents that are possible

    def _pool(self, case: WeighedCase, sense: Sense) -> list[Candidate]:
        latest = sense.article.writing.latest
        found = [c for c in self._possible(case) if c.document]
        if latest:
            limit = shifted(latest, EARLY_PRESS)
            found = [c for c in found if c.earliest <= limit]
        if case.kind == "plain":
            found = self._by_subject(found, case, sense)
        return found

    def _possible(self, case: WeighedCase) -> Iterable[Candidate]:
        if case.kind == "number":
            return self._index.possible(case.type, "TW", case.number)
        if case.kind == "plenum":
            return self._index.plenums(case.number)
        if case.kind == "congress":
            return [
                c
                for c in self._index.named.values()
                if c.document and c.document.kind == "congress" and c.term == case.number
            ]
        ref = case.spots[0].reference
        found = self._index.of_type(case.type)
        code = ref.issuer.code if ref.issuer else ""
        if code in ISSUERS:
            found = [c for c in found if c.document and c.document.issuer == code]
        if ref.terms:
            found = [c for c in found if c.term in ref.terms]
        if ref.stated and ref.stated.year:
            found = [c for c in found if c.earliest.year <= ref.stated.year <= c.latest.year]
        return found

    def _by_subject(self, pool: Iterable[Candidate], case: WeighedCase, sense: Sense) -> list[Candidate]:
        spot, candidates = case.spots[0], {c.name: c for c in pool}
        end = sense.sentence(spot.zone, spot.start, spot.tail)[1]
        there = sense.beside(spot.zone, spot.tail, end, 2 * CLAUSE, candidates)
        found = [(sum(near(hits, 0, 0).values()), candidates[name]) for name, hits in there.items()]
        best = sorted((t for t in found if t[0] >= LEAST_PLAIN), key=lambda t: (-t[0], t[1].name))
        return [c for _, c in best[:MOST_PLAIN]]

    def _look_alikes(self, case: WeighedCase, sense: Sense) -> list[Candidate]:
        latest = sense.article.writing.latest
        known = self._index.state.get(case.number, ()) if case.type == "NQ" else ()
        return [c for c in known if not latest or c.earliest <= latest]

    # the evidence for them

    def _document(self, c: Candidate, case: WeighedCase, sense: Sense, pool: Sequence[Candidate]) -> Option:
        option = Option(c.name, c)
        self._age(option, c, sense, pool)
        if case.kind != "congress":
            self._subject(option, c.name, case, sense)
        self._issuer(option, c, case)
        if c.document and any(_is_named(alias, case.number) for alias in c.document.aliases):
            option.say("short-name", float(case.kind == "number"))
        option.say("only-one", float(case.of_party and len(pool) == 1))
        option.say("company", case.company or 0.0)
        if case.company is not None:
            option.say("other-company", 1.0 - case.company)
        if case.beside:
            option.say("list-of-new", self._share_of_new(case, sense))
            option.say("list-of-none", self._share_of_none(case, sense))
        if case.kind == "plain":
            if case.spots[0].reference.issuer:
                option.say("issuer-and-subject", option.features.get("subject-clause", 0.0))
            option.say("states-term", float(bool(case.spots[0].reference.terms)))
            stated = case.spots[0].reference.stated
            option.say("states-year", float(bool(stated and stated.year)))
        return option

    def _share_of_none(self, case: WeighedCase, sense: Sense) -> float:
        """Returns, of the unresolved numbers beside the mention, the share that no document of the Party had yet: the
        documents of a list are usually of one kind."""
        latest = sense.article.writing.latest
        borne = [
            any(
                c.document and (not latest or c.earliest <= latest)
                for c in self._index.possible("NQ", "TW", number)
            )
            for number in case.beside
        ]
        return 1.0 - sum(borne) / len(borne)

    def _share_of_new(self, case: WeighedCase, sense: Sense) -> float:
        """Returns, of the unresolved numbers beside the mention, the share that documents of the last two years
        have."""
        day = sense.article.writing.day
        if day is None:
            return 0.0
        new = [
            any(
                c.document and 0 <= (day - c.latest).days <= RECENT
                for c in self._index.possible("NQ", "TW", number)
            )
            for number in case.beside
        ]
        return sum(new) / len(new)

    def _age(self, option: Option, c: Candidate, sense: Sense, pool: Sequence[Candidate]) -> None:
        writing = sense.article.writing
        if writing.day is None:
            option.say("undated", 1.0)
            return
        sure = 1.0 if writing.stated else 0.6
        term = self._index.term_on(writing.day) or c.term
        option.say("current-term", sure * (c.term == term))
        kind = c.document.kind if c.document else ""
        if kind in {"congress", "plenum"}:
            option.say("terms-ago", sure * min(max(term - c.term, 0), MOST_TERMS), str(term - c.term))
        if kind == "congress":
            return
        days = (writing.day - c.latest).days
        option.say(
            next((name for most, name in AGES if days <= most), "old"), sure, str(max(0, round(days / 30.4)))
        )
        known = [other.latest for other in pool if other.latest <= writing.day] or [date.min]
        option.say("newest", sure * (len(pool) > 1 and c.latest == max(known)))

    def _subject(self, option: Option, document: str, case: WeighedCase, sense: Sense) -> None:
        beside, around, clause, said, otherwise = 0.0, 0.0, 0.0, [], 0.0
        for spot in case.spots:
            within, without, words = _weights(document, spot, sense)
            if within > beside:
                beside, said = within, words
            around = max(around, without)
            covered = _coverage(document, spot, sense)
            clause = max(clause, covered)
            if says_what(spot.reference) and covered < LEAST_COVERED:
                otherwise = 1.0
        named = ", ".join(map(shown, said[:3]))
        option.say("subject", log1p(2 * beside), named)
        option.say("subject-clause", clause, named)
        option.say("subject-around", log1p(2 * around))
        about = sense.about(document)
        option.say("subject-article", log1p(sum(about.values())), ", ".join(map(shown, list(about)[:3])))
        option.say("subject-missing", float(not (beside or around or about)))
        if clause < LEAST_COVERED:
            option.say("other-subject", otherwise)

    def _issuer(self, option: Option, c: Candidate, case: WeighedCase) -> None:
        codes = {spot.reference.issuer.code for spot in case.spots if spot.reference.issuer}
        codes &= ISSUERS
        if codes and c.document and c.document.kind != "plenum":
            same = c.document.issuer in codes
            found = next(iter(sorted(codes)))
            if same:
                option.say("issuer", 1.0, found)
            else:  # probably a typing error where the text is about this document's subject
                option.say("other-issuer", 1.0 - option.features.get("subject-clause", 0.0), found)

    def _look_alike(self, c: Candidate, case: WeighedCase, sense: Sense) -> Option:
        option = Option(c.name, None)
        option.say("look-alike", 1.0, c.name)
        self._subject(option, c.name, case, sense)
        self._named(option, case, sense)
        return option

    def _other(self, case: WeighedCase, sense: Sense, documents: Sequence[Option]) -> Option:
        option = Option(OTHER, None)
        option.say("other", 1.0)
        option.say("other-of-party", float(case.of_party))
        unsupported = all("subject-missing" in each.features for each in documents)
        option.say(
            "gap", float(unsupported and not (case.company or case.beside) and self._is_gap(case, sense))
        )
        option.say("other-directive", float(case.type not in {"NQ", "TW", "DH"}))
        by_party = case.of_party or (case.kind == "plain" and case.spots[0].reference.issuer is not None)
        if case.kind != "plenum" and not by_party:
            self._named(option, case, sense)
        if case.kind == "congress":
            option.say("another-congress", float(sense.article.has(ANOTHER_CONGRESS)))
        places = [s for s in case.spots if s.reference.issuer and s.reference.issuer.code == "place"]
        option.say("of-place", float(bool(places)))
        if case.kind == "plain":
            ref = case.spots[0].reference
            option.say("no-issuer", float(ref.issuer is None))
            plural = spelled(PLURAL, ref.plain).search(ref.near, 0, ref.form.start)
            option.say("plural", float(plural is not None))
            option.say("says-nothing", float(not says_what(case.spots[0].reference)))
        return option

    def _named(self, option: Option, case: WeighedCase, sense: Sense) -> None:
        """Adds who is named in the sentences, and in the article."""
        for name, who in BODIES[2:] if case.kind == "congress" else BODIES:
            beside = any(
                sense.named(who, s.zone, *sense.sentence(s.zone, s.start, s.end)) for s in case.spots
            )
            option.say(f"{name}-named", float(beside))
            option.say(f"{name}-in-article", float(not beside and sense.article.has(who)))

    def _is_gap(self, case: WeighedCase, sense: Sense) -> bool:
        """True where the current term may have a document of this number that the catalogue lacks."""
        day = sense.article.writing.day
        if case.kind == "plenum":
            term = self._index.term_on(day) if day else None
            return not any(c.term == term for c in self._index.plenums(case.number))
        missing = [c for c in self._index.possible(case.type, "TW", case.number) if not c.document]
        return day is not None and any(
            c.earliest <= day and self._index.term_on(day) == c.term for c in missing
        )


def _is_named(alias: str, number: int) -> bool:
    last = alias.split()[-1]
    return last.isdecimal() and int(last) == number


def _weights(document: str, spot: Spot, sense: Sense) -> tuple[float, float, list[tuple[str, ...]]]:
    """Returns the weight of the document's subject in the mention's sentence and in the sentences around it, with the
    phrases in the former."""
    first, last, start, tail, _, _ = sense.place(spot)
    hits = sense.hits_between(spot.zone, document, start - FAR - LONGEST_PHRASE, tail + FAR + 1)
    within = near([h for h in hits if first <= h.at < last], start, tail)
    without = near([h for h in hits if not first <= h.at < last and h.words not in within], start, tail)
    ordered = sorted(within, key=lambda words: -within[words])
    away = 0.0 if not without or sense.is_lone(document) else sum(without.values())
    return sum(within.values()), away, ordered


def _coverage(document: str, spot: Spot, sense: Sense) -> float:
    """Returns the share of the clause after the name that the document's subject covers, without empty words, and
    with common ones in part."""
    place = sense.place(spot)
    covered: dict[int, float] = {}
    for hit in sense.hits_between(spot.zone, document, place.tail - LONGEST_PHRASE, place.clause):
        for at in range(hit.at, hit.end):
            covered[at] = max(covered.get(at, 0.0), min(hit.weight, 1.0))
    told = place.telling
    return sum(covered.get(at, 0.0) for at in told) / len(told) if covered and told else 0.0


def says_what(ref: Reference) -> bool:
    """True where the clause after the name states a subject, in two words at least."""
    found = spelled(ABOUT, ref.plain).match(ref.about) or spelled(SAYS, ref.plain).match(ref.about)
    return found is not None and len(SYLLABLE.findall(ref.about, found.end())) > 1
