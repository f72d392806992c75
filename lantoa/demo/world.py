"""A simulated year of press: its outlets and pieces, its feeds at each fetch, and the programme that fetches them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lantoa.demo.cast import FOLDER, Outlet
from lantoa.demo.demo_feeds import render_feed
from lantoa.demo.demo_pieces import Article
from lantoa.demo.timeline import POLLS


@dataclass(frozen=True, slots=True)
class World:
    """The same seed gives the same pieces and the same bytes in every feed."""

    seed: int
    outlets: tuple[Outlet, ...]
    articles: tuple[Article, ...]
    polls: tuple[datetime, ...] = POLLS

    def feeds_at(self, poll: int) -> Mapping[str, bytes]:
        """Maps paths on the server to the feeds at `polls[poll]`."""
        shown = [article for article in self.articles if poll in article.polls]
        return {
            feed.path: render_feed(outlet, feed, [a for a in shown if feed in a.feeds], poll, self.seed)
            for outlet in self.outlets
            for feed in outlet.feeds
        }


def write_programme(world: World, port: int, folder: Path) -> Path:
    """Returns `folder` with programme.yaml and outlets.yaml; the resolutions are those of the shipped catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / "programme" / "programme.yaml", folder / "programme.yaml")
    outlets = (FOLDER / "programme" / "outlets.yaml").read_text("utf-8")
    for feed in (feed for outlet in world.outlets for feed in outlet.feeds):
        outlets = outlets.replace(f"{{feeds}}{feed.path}", f"http://127.0.0.1:{port}{feed.path}")
    (folder / "outlets.yaml").write_text(outlets, "utf-8")
    return folder
