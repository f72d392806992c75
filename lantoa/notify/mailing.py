"""Sends alarms by e-mail, one message for all new ones."""

import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urlsplit

from config.errors import LantoaError, SettingsError
from config.programme import Programme
from config.settings import Settings
from config.visible import UNSEEN_ON_A_LINE, on_one_line, said
from lantoa.language import _
from lantoa.notify.notice import Notice

SECONDS = 30.0
EXPECTED = (
    "LANTOA_SMTP_URL: smtp://user:password@host:587 or smtps://… is expected where LANTOA_ALARM_MAIL is set"
)


class Mail:
    def __init__(self, settings: Settings) -> None:
        self._server = _server(settings.smtp_url.get_secret_value())
        self._user, self._password = (
            unquote(self._server.username or ""),
            unquote(self._server.password or ""),
        )
        self._recipients = [part.strip() for part in settings.alarm_mail.split(",") if part.strip()]

    def send_alarms(self, programme: Programme, notices: Sequence[Notice], now: datetime) -> None:
        """Raises LantoaError if the server does not accept the message for every recipient."""
        self.send(self._message(programme, notices, now))

    def send(self, message: Message) -> None:
        """Raises LantoaError if the server does not accept the message for every recipient."""
        try:
            with self._connected() as connection:
                refused = connection.send_message(message)
        except (
            OSError,
            smtplib.SMTPException,
            ValueError,
            MessageError,
        ) as error:  # smtplib accepts ASCII passwords only
            raise LantoaError(f"mail by {self._server.hostname}: {said(_words(error))}") from error
        if refused:
            raise LantoaError(f"mail by {self._server.hostname}: refused for {said(', '.join(refused))}")

    def sender(self, otherwise: str) -> str:
        return header(self._user if "@" in self._user else otherwise)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port
        context = ssl.create_default_context()
        if self._server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
        else:
            connection = smtplib.SMTP(host, port or 587, timeout=SECONDS)
        try:
            if self._server.scheme == "smtp":
                self._encrypt(connection, context)
            if self._user:
                connection.login(self._user, self._password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _encrypt(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Encrypts the connection if the server can. A password is never sent unencrypted."""
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif self._user:
            raise LantoaError(
                f"mail by {self._server.hostname}: it offers no encryption, so the password was not sent"
            )

    def _to(self) -> str:
        """Returns the recipients. Raises SettingsError."""
        stated = header(", ".join(self._recipients))
        try:
            EmailMessage()["To"] = stated
        except Exception as error:  # the parser of addresses raises many kinds of errors
            raise SettingsError("LANTOA_ALARM_MAIL: addresses separated by commas are expected") from error
        return stated

    def _message(self, programme: Programme, notices: Sequence[Notice], now: datetime) -> EmailMessage:
        message = EmailMessage()
        begun, over = (sum(n.recovered is which for n in notices) for which in (False, True))
        message["Subject"] = _(
            "Lan tỏa, {programme}: {begun} sources with a problem, {over} recovered",
            programme=header(programme.office.name),
            begun=begun,
            over=over,
        )
        message["From"] = self.sender(self._recipients[0])
        message["To"] = self._to()
        message["Date"] = format_datetime(now)
        name = sha256(" ".join(notice.id for notice in notices).encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{name}@lantoa.invalid>"  # a repeated alarm is the same message
        message["Auto-Submitted"] = "auto-generated"  # suppresses automatic replies
        message.set_content("\n".join([*(on_one_line(notice.text) for notice in notices), "", _advice()]))
        return message


def header(text: str) -> str:
    """Makes one line, so that text by others cannot begin another header."""
    return " ".join(UNSEEN_ON_A_LINE.sub(" ", text).split())


def _server(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        if parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise SettingsError(EXPECTED)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


def _advice() -> str:
    return _("`lantoa sources list --health` shows all of them.")
