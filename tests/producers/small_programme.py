"""Programmes of a few outlets."""

from pathlib import Path
from typing import Any

from config.programme import Outlet, PressOffice, Programme


def outlet_of(name: str, url: str, **more: Any) -> Outlet:
    sources = more.pop("sources", [{"id": name, "kind": "feed", "url": url, "text": "feed"}])
    return Outlet.model_validate(
        {"id": name, "name": name, "level": "central", "medium": "newspaper", "sources": sources, **more}
    )


def programme_of(folder: Path, *outlets: Outlet) -> Programme:
    office = PressOffice.model_validate({"id": "thu", "name": "Tỉnh thử"})
    return Programme(office=office, outlets={outlet.id: outlet for outlet in outlets}, folder=folder)
