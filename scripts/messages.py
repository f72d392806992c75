"""Adds the texts of the code that vi.po lacks to its end, untranslated. Existing entries stay where and as they are.

`pybabel update` would not do: some translations belong to texts that the code builds from tables, such as the names
of columns. No extraction finds those, and an update would remove them.
"""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

REPOSITORY = Path(__file__).parent.parent
VIETNAMESE = REPOSITORY / "lantoa" / "locale" / "vi.po"


def main(file: Path = VIETNAMESE) -> int:
    known = read_po(BytesIO(file.read_bytes()))
    missing = Catalog()
    for message in texts_of_the_code():
        if message.id and message.id not in known:
            missing.add(message.id, flags=message.flags)
    waiting = [message for message in known if message.id and not message.string]
    if len(missing):
        with file.open("ab") as end:
            end.write(b"\n")
            write_po(end, missing, width=0, omit_header=True)
    left = len(missing) + len(waiting)
    sys.stdout.write(
        f"{len(missing)} texts added to {file.name}; {left} wait for a translation (an empty msgstr).\n"
    )
    return 1 if left else 0


def texts_of_the_code() -> Catalog:
    pybabel = Path(sys.executable).with_name("pybabel")
    with TemporaryDirectory() as folder:
        found = Path(folder) / "lantoa.pot"
        command = [pybabel, "-q", "extract", "-F", "babel.cfg", "--no-location", "-o", found, "."]
        subprocess.run(command, cwd=REPOSITORY, check=True)
        return read_po(BytesIO(found.read_bytes()))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
