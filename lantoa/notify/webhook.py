"""Sends alarms by webhook, signed according to Standard Webhooks 1.0 (www.standardwebhooks.com), which libraries can
verify."""

import asyncio
import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import httpx

from config.errors import LantoaError, SettingsError
from config.programme import Programme
from config.redaction import place_alone
from config.settings import Settings
from config.visible import said
from lantoa.notify.notice import Notice

SECONDS = 15.0  # for the whole request
LONGEST_PHRASE = 100  # characters
PREFIX = "whsec_"


class Webhook:
    def __init__(self, settings: Settings) -> None:
        self._url = settings.alarm_webhook
        self._secret = settings.alarm_secret.get_secret_value()
        if not self._secret:
            raise SettingsError("LANTOA_ALARM_SECRET: is expected where LANTOA_ALARM_WEBHOOK is set")

    def send_alarms(self, programme: Programme, notices: Sequence[Notice], now: datetime) -> None:
        """Raises LantoaError unless the status is 2xx."""
        body = json.dumps(_content(programme, notices, now), ensure_ascii=False).encode()
        name = f"msg_{sha256(' '.join(notice.id for notice in notices).encode()).hexdigest()[:32]}"
        moment = str(int(now.timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": name,  # the same if it is sent again
            "webhook-timestamp": moment,
            "webhook-signature": signature(self._secret, name, moment, body),
        }
        place = place_alone(self._url)
        try:
            status, phrase = asyncio.run(_answer(self._url, body, headers))
        except TimeoutError as error:
            raise LantoaError(f"{place}: not done within {SECONDS:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise LantoaError(f"{place}: {said(str(error)) or type(error).__name__}") from error
        if not httpx.codes.is_success(status):
            raise LantoaError(f"{place}: HTTP {status} {said(phrase, LONGEST_PHRASE)}".rstrip())


async def _answer(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Returns status and phrase within the time limit; the body is not read."""
    async with (
        asyncio.timeout(SECONDS),
        httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        return answer.status_code, answer.reason_phrase


def signature(secret: str, name: str, moment: str, body: bytes) -> str:
    """Signs `<id>.<timestamp>.<body>` with HMAC-SHA256. A secret `whsec_…` is base64; any other is used as it is."""
    signed = hmac.new(_key(secret), b".".join((name.encode(), moment.encode(), body)), sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise SettingsError(f"LANTOA_ALARM_SECRET: base64 is expected behind {PREFIX}") from error


def _content(programme: Programme, notices: Sequence[Notice], now: datetime) -> dict[str, object]:
    events = [
        {
            "id": notice.id,
            "source": notice.source,
            "problem": notice.problem,
            "state": "recovered" if notice.recovered else "begun",
            "since": notice.since.isoformat(),
            "text": notice.text,
        }
        for notice in notices
    ]
    return {
        "type": "lantoa.source.health",
        "timestamp": now.isoformat(),
        "data": {"programme": programme.id, "events": events},
    }
