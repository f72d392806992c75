"""`lantoa settings`: shows each setting in force and where its value comes from."""

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from config.settings import Settings, as_shown, load_settings
from lantoa.cli.output import Format, FormatOption, print_rows
from lantoa.language import _

COLUMNS = ("setting", "value", "from", "meaning")


def settings(form: FormatOption = Format.table) -> None:
    """Every setting with its value, its source and its meaning.

    Example: LANTOA_PORT=9000 lantoa settings
    """
    print_rows(COLUMNS, rows(load_settings()), form)


def rows(found: Settings) -> list[dict[str, Any]]:
    environment = {name.upper() for name in os.environ}
    file = {name.upper() for name in dotenv_values(".env")} if Path(".env").exists() else set()
    values = as_shown(found)
    listed = []
    for name, field in Settings.model_fields.items():
        variable = f"LANTOA_{name.upper()}"
        source = _("environment") if variable in environment else ".env" if variable in file else _("default")
        value = values.get(variable, "")
        listed.append({"setting": variable, "value": value, "from": source, "meaning": field.description})
    return listed
