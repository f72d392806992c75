"""What makes a revision: the content that was shown (counting.md, Revisions)."""

import json
from datetime import UTC, datetime
from hashlib import sha256

from producers.entry import Entry


def revision(entry: Entry, claimed: datetime | None, form: str) -> str:
    """A hash of title, lead, text, date and form. The same moment in another spelling is the same date."""
    written = entry.dates[0] if entry.dates else ""
    date = claimed.astimezone(UTC).isoformat() if claimed else written
    content = json.dumps([entry.title, entry.lead, entry.text, date, form], ensure_ascii=False)
    return sha256(content.encode()).hexdigest()[:20]
