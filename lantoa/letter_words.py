"""Words about one dead letter: its bytes in a form that a terminal can bear, and what to do about it."""

from lantoa.dead_letters import NEVER_SENT, Letter
from lantoa.language import _

KEPT = "\n\t"


def shown(value: bytes | None) -> str | None:
    """As UTF-8; whatever is not, or would steer a terminal, as an escape."""
    if value is None:
        return None
    text = value.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() or c in KEPT else c.encode("unicode_escape").decode() for c in text)


def advice(letter: Letter) -> str:
    about, number = letter.about, letter.number
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
    return _(
        "As they are, these bytes will come back: whoever wrote them to {topic} has to write them again. After an update of Lan tỏa that can read them, `lantoa dead-letters replay {number}`; `lantoa dead-letters drop {number} --because …` puts them aside.",
        topic=about.topic,
        number=number,
    )
