"""What people read about one dead letter: its bytes made safe for a terminal, the reason, and what to do about it."""

from lantoa.language import _, number
from lantoa.views.dead_letters import NEVER_SENT, DeadLetterRecord, original_place

KEPT = "\n\t"
REASONS = {
    "unexpected": "an unexpected error",
    "ended-worker": "it alone ended a worker twice",
    "too-large": "it is too large",
    "not-storable": "the database refuses it",
    "not-told": "a changed figure could not be named",
    "null-character": "its text holds a null character",
    "empty": "it has no value",
    "not-json": "it is no JSON",
    "not-this-schema": "it is not what its topic holds",
    "not-text": "its text cannot be read as UTF-8",
    "unknown-outlet": "the programme does not know the outlet",
    "no-identity": "nothing identifies the piece",
    "no-link": "it has no address",
    "no-title": "it has no title",
    "no-headers": "it was not written by Lan tỏa",
    "took-too-long": "it takes too long",
}


def shown(value: bytes | None) -> str | None:
    """Decodes UTF-8. Invalid bytes and control characters, which could steer a terminal, become escapes."""
    if value is None:
        return None
    text = value.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() or c in KEPT else c.encode("unicode_escape").decode() for c in text)


def reason_in_words(code: str) -> str:
    """Translates the code of a reason. An unknown code is shown as it is."""
    if code in REASONS:
        return _(REASONS[code])
    return _("another reason: {code}", code=(shown(code.encode()) or "?").replace("-", " "))


def value_in_words(letter: DeadLetterRecord) -> str:
    """Returns the beginning of the value and says how many bytes are left out."""
    if letter.left_behind:
        text = "The value of {bytes} bytes is too large for a dead letter. It is still at {place}, SHA-256 {hash}."
        about = letter.about
        return _(text, bytes=number(about.value_bytes), place=original_place(letter), hash=about.value_sha256)
    value = shown(letter.beginning) or ""
    if (more := letter.size - len(letter.beginning or b"")) > 0:
        value += "\n" + _("… and {count} bytes more", count=number(more))
    return value


def advice(letter: DeadLetterRecord) -> str:
    about, number = letter.about, letter.number
    if about.reason == "not-told":
        return _(
            "The worker retries this figure by itself, and publishes it at its next change: there is nothing to replay. `lantoa dead-letters drop {number} --because …` puts the letter aside.",
            number=number,
        )
    if about.partition == NEVER_SENT and about.topic:
        return _(
            "An entry of source {source} from which no message could be made, so there is nothing to replay. If the feed or the programme was corrected, `lantoa ingest {source}` reads it again; `lantoa dead-letters drop {number} --because …` puts this one aside.",
            source=shown(letter.key) or "?",
            number=number,
        )
    if not letter.replayable:
        return _(
            "No worker reads the topic {topic}, so it cannot be replayed. `lantoa dead-letters drop {number} --because …` puts it aside.",
            topic=repr(about.topic),
            number=number,
        )
    if about.reason == "unknown-outlet":
        return _(
            "Add the outlet to the programme's outlets.yaml, then `lantoa dead-letters replay {number}`.",
            number=number,
        )
    if about.reason in {"unexpected", "ended-worker", "took-too-long"}:
        return _(
            "The fault is in Lan tỏa rather than in the message: please report it with what `lantoa dead-letters show {number}` says. After an update, `lantoa dead-letters replay {number}`.",
            number=number,
        )
    return _(
        "These bytes would fail again: the program that wrote them to {topic} has to write a valid message. After an update of Lan tỏa that can read them, `lantoa dead-letters replay {number}`; `lantoa dead-letters drop {number} --because …` puts them aside.",
        topic=about.topic,
        number=number,
    )
