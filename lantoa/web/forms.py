"""Parses forms, with or without a file, within limits that are checked before reading."""

from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from config.errors import UsageError
from lantoa.language import _

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_TEXT = 512 * 1024  # characters of one field
BESIDE_THE_FILE = 2 * 1024 * 1024
DRAIN_LIMIT_BYTES = 1024**3  # bytes of a too large form that are read, so that the browser shows our error


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form. `file` is the name that the browser states; it is empty without a file."""

    fields: dict[str, str] = field(default_factory=dict)
    file: str = ""
    data: bytes = b""


async def sent(request: Request) -> SentForm:
    """Serves as the dependency of routes that accept a form with at most one file. Raises UsageError if it is too
    large."""
    await _check_size(request)
    try:
        return await _read(request)
    except HTTPException as error:  # raised by the parser of forms
        raise UsageError(_("The form cannot be read: {said}", said=error.detail)) from error


async def _read(request: Request) -> SentForm:
    async with request.form(max_files=1, max_fields=100, max_part_size=LARGEST_TEXT) as form:
        fields = {name: value.replace("\0", "") for name, value in form.items() if isinstance(value, str)}
        files = [value for value in form.values() if isinstance(value, UploadFile) and value.filename]
        if not files:
            return SentForm(fields)
        if (files[0].size or 0) > LARGEST_FILE:
            raise UsageError(_too_large())
        return SentForm(fields, files[0].filename or "", await files[0].read())


async def _check_size(request: Request) -> None:
    stated = request.headers.get("content-length", "")
    size = int(stated) if stated.isdecimal() else None
    if size is not None and size <= LARGEST_FILE + BESIDE_THE_FILE:
        return
    if size is not None and size <= DRAIN_LIMIT_BYTES:
        async for _part in request.stream():
            pass
    raise UsageError(_too_large())


def _too_large() -> str:
    return _(
        "The file is larger than {size} MB. Split it, or scan it with fewer dots.",
        size=LARGEST_FILE // 1024**2,
    )
