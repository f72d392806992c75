"""Builds the mail of a digest: plain text, and the same content in HTML with links and tables."""

from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from lantoa.language import _, language, number, speaking
from lantoa.notify.digest.digest_content import Digest
from lantoa.notify.mailing import header
from lantoa.views.labels import named
from lantoa.views.others_words import plain, web_address
from lantoa.views.source_health import problem_words

MOST_SHOWN = 200  # most stories of a resolution, and most changes


def message(digest: Digest, sender: str) -> Message:
    """Builds the mail in the recipient's language, with the older classes of `email`. The newer ones lose spaces when
    they fold such a subject (https://github.com/python/cpython/issues/92081)."""
    with speaking(digest.recipient.language):
        made = MIMEMultipart("alternative")
        made["Subject"] = Header(plain(_subject(digest)), "utf-8", header_name="Subject").encode()
        made["From"] = sender
        made["To"] = header(digest.recipient.to)
        made["Date"] = format_datetime(digest.now)
        made["Message-ID"] = f"<{_identity(digest)}@lantoa.invalid>"  # a repeated mail is the same message
        made["Auto-Submitted"] = "auto-generated"
        content = {"digest": digest, "most": MOST_SHOWN, "language": language()}
        for kind, name in (("plain", "digest.txt"), ("html", "digest.html")):
            made.attach(MIMEText(_environment.get_template(name).render(content), kind, "utf-8"))
    return made


def _subject(digest: Digest) -> str:
    office, day = digest.programme.office.name, _day(digest.programme.day(digest.now).isoformat())
    if digest.since is None:
        return _("Lan tỏa, {office}, {day}: the digest begins", office=office, day=day)
    if not digest.new:
        return _("Lan tỏa, {office}, {day}: nothing new", office=office, day=day)
    return _(
        "Lan tỏa, {office}, {day}: {items} new items", office=office, day=day, items=number(digest.items)
    )


def _identity(digest: Digest) -> str:
    parts = (
        digest.programme.id,
        digest.recipient.to,
        str(digest.since),
        str(digest.programme.day(digest.now)),
    )
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _day(value: str) -> str:
    return f"{value[8:10]}/{value[5:7]}/{value[:4]}"


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update({"_": _, "named": named, "problem": problem_words})
_environment.filters.update({"number": number, "day": _day, "plain": plain, "address": web_address})
