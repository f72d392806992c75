"""Writes the demo's programme, so that its sources lie on the loopback."""

import shutil
from pathlib import Path

from lantoa.demo.cast import FOLDER
from lantoa.demo.world import World


def write_programme(world: World, port: int, folder: Path) -> Path:
    """`folder` with programme.yaml and outlets.yaml; the resolutions are those of the shipped catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / "programme" / "programme.yaml", folder / "programme.yaml")
    outlets = (FOLDER / "programme" / "outlets.yaml").read_text("utf-8")
    for feed in (feed for outlet in world.outlets for feed in outlet.feeds):
        outlets = outlets.replace(f"{{feeds}}{feed.path}", f"http://127.0.0.1:{port}{feed.path}")
    (folder / "outlets.yaml").write_text(outlets, "utf-8")
    return folder
