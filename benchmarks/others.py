"""A throw-away environment for the other frameworks, installed by hashes when it is first needed."""

import hashlib
import subprocess
import sys
from functools import cache
from pathlib import Path

LOCK = Path(__file__).parent / "requirements.lock"
FOLDER = Path(__file__).parent.parent / ".benchmarks" / "venv"


@cache
def others_python() -> Path:
    """Returns its interpreter. Needs a network the first time, and after a change of requirements.lock."""
    python = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = FOLDER / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        uv = [sys.executable, "-m", "uv"]
        subprocess.run(
            [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(FOLDER)], check=True
        )
        install = ["pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(LOCK)]
        subprocess.run([*uv, *install], check=True)
        stamp.write_text(wanted)
    return python
