"""A simulated year of press: its outlets and pieces, and its feeds as each fetch finds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lantoa.demo.cast import Outlet
from lantoa.demo.feeds import render_feed
from lantoa.demo.pieces import Article
from lantoa.demo.timeline import POLLS


@dataclass(frozen=True, slots=True)
class World:
    """The same seed gives the same pieces, and the same bytes in every feed."""

    seed: int
    outlets: tuple[Outlet, ...]
    articles: tuple[Article, ...]
    polls: tuple[datetime, ...] = POLLS

    def feeds_at(self, poll: int) -> Mapping[str, bytes]:
        """Path on the server → the feed as it is served at `polls[poll]`."""
        shown = [article for article in self.articles if poll in article.polls]
        return {
            feed.path: render_feed(outlet, feed, [a for a in shown if feed in a.feeds], poll, self.seed)
            for outlet in self.outlets
            for feed in outlet.feeds
        }
