"""feedparser's own test files, from its source distribution."""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

RELEASE = "feedparser-6.0.14"
SHA256 = "088679b0c4b543ee211a820dd544698c76a402122eae7473c04a43425f283d06"
HEADER = re.compile(rb"^Header:\s+([^:\r\n]+):(.+)$", re.M)
ADDRESS = "http://127.0.0.1:8097/tests/"  # where feedparser's own tests serve them


def load_corpus() -> dict[str, bytes]:
    """By name, `wellformed/rss/item_link.xml`. Downloaded once for this user; raises when that fails."""
    archive = user_cache_path("lantoa") / "tests" / f"{RELEASE}.tar.gz"
    archive.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(archive.with_suffix(".lock")):
        if not archive.exists():
            _download(archive)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert found == SHA256, f"{archive} is not the file that was pinned: {found}. Delete it and run again"
    return dict(_files(archive))


def headers_of(name: str, body: bytes) -> dict[str, str]:
    """Those that a file asks to be served with."""
    stated = {key.decode().lower(): value.decode().strip() for key, value in HEADER.findall(body)}
    return {"content-type": "application/xml", "content-location": ADDRESS + name} | stated


def _download(archive: Path) -> None:
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        package = RELEASE.replace("-", "==")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--no-binary", "feedparser", "--dest", folder, package], check=True)
        (Path(folder) / archive.name).replace(archive)


def _files(archive: Path):
    start = f"{RELEASE}/tests/"
    with tarfile.open(archive) as files:
        for member in files:
            name = member.name.removeprefix(start)
            if name.startswith(("wellformed/", "illformed/")) and name.endswith(".xml"):
                yield name, files.extractfile(member).read()
