"""Writes config/provinces/ from the package vietnamadminunits (MIT): the provinces and communes of Vietnam since 1 July
2025, and those of before with the communes that they became.

The project does not need the package to run. Run this where it is installed:
`python -m venv /tmp/units && /tmp/units/bin/pip install vietnamadminunits==1.0.4 && /tmp/units/bin/python scripts/provinces.py`
"""

import json
import sqlite3
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent / "config" / "provinces"
PRESENT = "select province, ward, provinceKey, wardKey from admin_units"
FORMER = "select province, district, ward, provinceKey, districtKey, wardKey from admin_units_legacy"


def main() -> None:
    data = _data_folder()
    with sqlite3.connect(data / "dataset.db") as database:
        present, former = database.execute(PRESENT).fetchall(), database.execute(FORMER).fetchall()
    names = {(row[2], row[3]): (row[0], row[1]) for row in present}
    became = _successors(json.loads((data / "converter_2025.json").read_text("utf-8")))
    _write("communes.tsv", ("province", "commune"), [row[:2] for row in present])
    rows = []
    for province, district, commune, *keys in former:
        successors = [names[key] for key in became["_".join(key or "" for key in keys)]]
        communes = ", ".join(name for _, name in successors)
        rows.append((province, district, commune or "", successors[0][0], communes))
    _write("former.tsv", ("province", "district", "commune", "province_now", "communes_now"), rows)


def _data_folder() -> Path:
    found = find_spec("vietnamadminunits")
    if found is None or found.origin is None:
        raise SystemExit("vietnamadminunits is not installed here; the docstring of this script says how")
    return Path(found.origin).parent / "data"


def _successors(converter: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Maps the key of each former commune to those of its present ones, the main one first."""
    found = defaultdict(list)
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, former in communes.items():
            for each in former:
                found[each].append((province, commune))
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for each, parts in divided.items():
            ordered = sorted(parts, key=lambda part: (not part["isDefaultNewWard"], part["newWardKey"]))
            found[each] += [(province, part["newWardKey"]) for part in ordered]
    return found


def _write(name: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    lines = ["\t".join(" ".join(cell.split()) for cell in row) for row in (columns, *sorted(rows))]
    (HERE / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
