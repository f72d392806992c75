"""Explains the evidence of a mention in sentences. They quote articles and the catalogue: show them as text, never as
markup."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from config.visible import said
from lantoa.language import _
from models.messages.mention import Mention, Reason

QUOTED_CHARACTERS = 120  # characters of the words that a reason quotes
SHARE = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
YEAR = re.compile(r"([^{}:]*\b)(\d{4})")
CODE = re.compile(r" [a-z]+(?:_[a-z]+)*")  # code of an issuer
ANOTHER = "another document than these"
DocumentNamer = Callable[[str], str]  # returns the name by which people call a document of the catalogue


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences for a feature that speaks for the first candidate and against it, with and without quoted words.
    They claim only what is certain from the feature and its sign."""

    pro: tuple[str, ...]
    con: tuple[str, ...]


def _fact(*texts: str) -> Wording:
    """Uses the same sentence on both sides, because it states a fact."""
    return Wording(texts, texts)


# Several features express one reason. They are shown once, with the sum of their weights.
TOGETHER = {
    "age": ("new", "recent", "middle-aged", "old", "newest"),
    "current-term": ("terms-ago",),
    "issuer": ("other-issuer", "issuer-and-subject"),
    "subject": ("subject-clause",),
    "subject-around": ("subject-article",),
    "other": ("other-undated", "other-of-party", "other-directive"),
}
SHOWN_AS = {each: name for name, features in TOGETHER.items() for each in features}
QUOTED = {"subject", "subject-around"}  # features whose words are phrases
ISSUERS = {"issuer"}  # features whose words are a code
WORDINGS = {
    "age": Wording(
        ("the day of issue speaks for {document}",), ("the day of issue speaks against {document}",)
    ),
    "undated": _fact("the text has no day"),
    "current-term": Wording(
        ("the term in which the text was written speaks for {document}",),
        ("the term in which the text was written speaks against {document}",),
    ),
    "subject": Wording(
        (
            "“{words}” beside it is the matter of {document}",
            "what stands beside it is the matter of {document}",
        ),
        ("what stands beside it is rather the matter of {other}",),
    ),
    "subject-around": Wording(
        ("“{words}” in the text is the matter of {document}", "the text speaks of the matter of {document}"),
        ("the text speaks rather of the matter of {other}",),
    ),
    "subject-missing": Wording(
        ("the text says nothing of the matter of {other}",),
        ("the text says nothing of the matter of {document}",),
    ),
    "other-subject": Wording(
        ("what it is said to be about is not the matter of {other}",),
        ("what it is said to be about is not the matter of {document}",),
    ),
    "issuer": Wording(
        (
            "the issuer that is stated speaks for {document}: {words}",
            "the issuer that is stated speaks for {document}",
        ),
        (
            "the issuer that is stated speaks against {document}: {words}",
            "the issuer that is stated speaks against {document}",
        ),
    ),
    "party-named": _fact(
        "bodies of the Party are named around: {words}", "bodies of the Party are named around"
    ),
    "party-in-article": _fact("bodies of the Party are named elsewhere in the text"),
    "state-named": _fact(
        "bodies of the state are named around: {words}", "bodies of the state are named around"
    ),
    "state-in-article": _fact("bodies of the state are named elsewhere in the text"),
    "no-state-named": _fact("no body of the state is named"),
    "local-named": _fact("local bodies are named around: {words}", "local bodies are named around"),
    "local-in-article": _fact("local bodies are named elsewhere in the text"),
    "company": _fact(
        "it stands in one list with documents of the Party: {words}",
        "it stands in one list with documents of the Party",
    ),
    "other-company": _fact("it stands in one list with documents that are not the Party's"),
    "list-of-none": _fact("numbers in its list are those of no document of the Party"),
    "plural": _fact("it speaks of several documents"),
    "list-of-new": _fact("numbers in its list are those of new documents of the Party"),
    "named-elsewhere": _fact(
        "it is named elsewhere in the text, or its plenum is: {words}",
        "it is named elsewhere in the text, or its plenum is",
    ),
    "look-alike": _fact(
        "a document of the state has this number: {words}", "a document of the state has this number"
    ),
    "short-name": _fact("the catalogue lists this short name"),
    "only-one": _fact("the catalogue has one document of this number"),
    "gap": _fact("the catalogue may lack a document of this number"),
    "states-term": _fact("the term is stated"),
    "states-year": _fact("the year is stated"),
    "no-issuer": _fact("no issuer is stated"),
    "says-nothing": _fact("nothing is said of what it is about"),
    "of-place": _fact("a place is named as its issuer"),
    "another-congress": _fact("another congress is named in the text"),
    "form": _fact("the way in which it is written: {words}", "the way in which it is written"),
    "other": Wording(
        ("such words seldom mean another document",), ("such words often mean another document",)
    ),
}
# Least share, least number of articles, and the sentence for such a habit. The last one only states the count.
HABITS = (
    (0.9, 5, "in the press of that time “{surface}” is nearly always {document} ({words})"),
    (0.5, 3, "in the press of that time “{surface}” is mostly {document} ({words})"),
    (0.0, 0, "in the press of that time “{surface}” is {document} in {words}"),
)
HABIT = Wording(
    ("what the press of that time means by “{surface}” speaks for {document}",),
    ("what the press of that time means by “{surface}” speaks against {document}",),
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation in a reader's language. `chance` and `runner_up` are empty if the words name the document
    outright; `because` is the statement of the rule; `reasons` holds everything but the chance, in one line."""

    chance: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    runner_up: str
    because: str
    reasons: str

    @property
    def sentence(self) -> str:
        """Joins chance and reasons, such as `96 %: in the press of that time …`."""
        return ": ".join(filter(None, (self.chance, self.reasons)))


def explained(mention: Mention, name: DocumentNamer) -> Explanation:
    """Explains a mention. `name` returns what people call a document."""
    because = because_of(mention.because)
    if not mention.probabilities or not mention.ranked:
        return Explanation("", (), (), "", because, because)
    first, second, rest = _first_two(mention, name)
    sides: dict[bool, list[str]] = {True: [], False: []}
    for reason in _together(mention.reasons):
        sides[reason.weight > 0].append(_said(reason, mention.surface, first, second))
    runner_up = f"{second} ({chance(rest)})"
    parts = ["; ".join(sides[True]) or because]
    if sides[False]:
        parts.append(_("Against it: {reasons}", reasons="; ".join(sides[False])))
    parts.append(_("Else: {other}", other=runner_up))
    line = ". ".join(filter(None, parts))
    return Explanation(
        chance(mention.probability), tuple(sides[True]), tuple(sides[False]), runner_up, because, line
    )


def chance(probability: float) -> str:
    """Formats a whole percentage. A weighed result is never certain, so it is not rounded to 100 % or to 0 %."""
    percent = round(100 * probability)
    if percent >= 100:
        return _("over 99 %")
    return f"{percent} %" if percent > 0 else _("below 1 %")


def because_of(because: str) -> str:
    """Translates the statement of a rule. The part behind a colon is a name or an issuer's code; a year may end it."""
    if ends := YEAR.fullmatch(because):
        text = ends[1] + "{year}"
        return _(text, year=ends[2])
    words, colon, names = because.partition(":")
    if CODE.fullmatch(names):
        names = f" {_(names.strip())}"
    return _(words + colon) + names if words else ""


def _first_two(mention: Mention, name: DocumentNamer) -> tuple[str, str, float]:
    """Returns the names of the first two candidates and the probability of the second, which may be "none of these"."""
    (first, _probability), *others = mention.ranked
    none = max(0.0, 1 - sum(mention.probabilities))
    if others and others[0][1] >= none:
        return name(first), name(others[0][0]), others[0][1]
    return name(first), _(ANOTHER), none


def _together(reasons: Sequence[Reason]) -> list[Reason]:
    """Merges reasons that are shown as one, the heaviest first."""
    found: dict[str, Reason] = {}
    for each in reasons:
        name = SHOWN_AS.get(each.feature, each.feature)
        before = found.get(name, Reason(name, 0.0))
        found[name] = Reason(name, before.weight + each.weight, before.words or each.words)
    return sorted((each for each in found.values() if each.weight), key=lambda each: -abs(each.weight))


def _said(reason: Reason, surface: str, document: str, other: str) -> str:
    words = _shown(reason)
    wording = WORDINGS.get(reason.feature)
    if reason.feature == "habit":
        wording = _habit(words)
    if wording is None:
        named = _(reason.feature).replace("-", " ")
        return f"{named}: {words}" if words else named
    texts = wording.pro if reason.weight > 0 else wording.con
    text = texts[0] if words or len(texts) == 1 else texts[-1]
    return _(text, words=words, surface=said(surface, QUOTED_CHARACTERS), document=document, other=other)


def _shown(reason: Reason) -> str:
    """Quotes each of several phrases separately."""
    words = said(
        _(reason.words) if reason.feature in ISSUERS and reason.words else reason.words, QUOTED_CHARACTERS
    )
    return words.replace(", ", "”, “") if reason.feature in QUOTED else words


def _habit(words: str) -> Wording:
    """Reads `18/19`: the document was meant in 18 of 19 articles with this name."""
    found = SHARE.fullmatch(words)
    if not found or not float(found[2]):
        return HABIT
    mine, total = float(found[1]), float(found[2])
    return _fact(next(text for share, least, text in HABITS if mine >= share * total and total >= least))


def texts() -> list[str]:
    """Lists every sentence that may be shown, for the translations."""
    worded = [*WORDINGS.values(), HABIT]
    return [
        ANOTHER,
        *(text for each in worded for text in (*each.pro, *each.con)),
        *(text for _share, _least, text in HABITS),
    ]
