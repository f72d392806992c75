"""Computes the revision of an item from the content that was shown (counting.md, Revisions)."""

import json
from datetime import UTC, datetime
from hashlib import sha256

from producers.item.entry import Entry


def revision(entry: Entry, claimed: datetime | None, form: str) -> str:
    """Returns a hash of title, lead, text, date and form. The same moment in another spelling is the same date."""
    written = entry.dates[0] if entry.dates else ""
    date = claimed.astimezone(UTC).isoformat() if claimed else written
    content = json.dumps(
        [entry.title, entry.lead, entry.text, date, form, *_beside(entry)], ensure_ascii=False
    )
    return sha256(content.encode()).hexdigest()[:20]


def _beside(entry: Entry) -> list[str]:
    """A missing text is other content than the same words found in the page. Where a source only states that
    something has changed, that statement is the content."""
    if entry.text_missing:
        return ["text-missing"]
    return [entry.modified] if entry.modified and not entry.served_by else []
