"""What a page's form sends, with a file or without, bounded before it is read."""

from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from config.errors import UsageError
from lantoa.language import _

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_TEXT = 512 * 1024  # of one field
BESIDE_THE_FILE = 2 * 1024 * 1024
PATIENCE = 1024**3  # bytes of a form too large that are taken, so that the browser comes to read why


@dataclass(frozen=True, slots=True)
class Sent:
    """`file` is the name that the browser gives; empty without one."""

    fields: dict[str, str] = field(default_factory=dict)
    file: str = ""
    data: bytes = b""


async def sent(request: Request) -> Sent:
    """A dependency of routes that take a form of one file at most. Raises UsageError when it is too large."""
    await _check_size(request)
    try:
        return await _read(request)
    except HTTPException as error:  # what the parser of forms raises
        raise UsageError(_("The form cannot be read: {said}", said=error.detail)) from error


async def _read(request: Request) -> Sent:
    async with request.form(max_files=1, max_fields=100, max_part_size=LARGEST_TEXT) as form:
        fields = {name: value.replace("\0", "") for name, value in form.items() if isinstance(value, str)}
        files = [value for value in form.values() if isinstance(value, UploadFile) and value.filename]
        if not files:
            return Sent(fields)
        if (files[0].size or 0) > LARGEST_FILE:
            raise UsageError(_too_large())
        return Sent(fields, files[0].filename or "", await files[0].read())


async def _check_size(request: Request) -> None:
    stated = request.headers.get("content-length", "")
    size = int(stated) if stated.isdecimal() else None
    if size is not None and size <= LARGEST_FILE + BESIDE_THE_FILE:
        return
    if size is not None and size <= PATIENCE:
        async for _part in request.stream():
            pass
    raise UsageError(_too_large())


def _too_large() -> str:
    return _(
        "The file is larger than {size} MB. Split it, or scan it with fewer dots.",
        size=LARGEST_FILE // 1024**2,
    )
