"""Simulates the year from a seed: who publishes what, and afterwards everything that goes wrong."""

from collections import Counter
from random import Random

from lantoa.demo.cast import Outlet, load_cast
from lantoa.demo.demo_pieces import Article
from lantoa.demo.newsroom import Newsroom
from lantoa.demo.timeline import AFTER, BEFORE, YEAR, moment_in
from lantoa.demo.troubles import at_the_edges, misdate, revise, schedule, shared_stories, syndicate
from lantoa.demo.world import World

CENTRAL_PARTNER_ITEMS = 1717  # of 23 outlets, according to the office's published report
UNDECIDABLE = 12  # pieces that wait for a human


def simulate(seed: int = 2024) -> World:
    """Makes 1,717 pieces of 23 central partners in scope in 2024 for every seed; everything else is random."""
    rng = Random(seed)
    newsroom = Newsroom(rng)
    articles = at_the_edges(rng, _published(rng, newsroom))
    articles = schedule(rng, syndicate(rng, articles))
    articles = misdate(rng, _undecidable(rng, articles, newsroom))
    return World(seed, load_cast(), tuple(revise(rng, articles, newsroom)))


def _published(rng: Random, newsroom: Newsroom) -> list[Article]:
    outlets = load_cast()
    quotas = _yearly_quotas(rng, outlets)
    articles = []
    for outlet in outlets:
        articles += [newsroom.in_scope(outlet, moment_in(rng, YEAR)) for _ in range(quotas[outlet.id])]
        articles += [newsroom.elsewhere(outlet, moment_in(rng, YEAR)) for _ in range(outlet.elsewhere)]
        articles += [newsroom.in_scope(outlet, moment_in(rng, BEFORE)) for _ in range(rng.randint(2, 5))]
        articles += [newsroom.in_scope(outlet, moment_in(rng, AFTER)) for _ in range(rng.randint(2, 5))]
    return articles


def _yearly_quotas(rng: Random, outlets: tuple[Outlet, ...]) -> dict[str, int]:
    """Maps the outlet's id to the number of its pieces in scope in the year."""
    partners = [outlet for outlet in outlets if outlet.central_partner]
    drawn = Counter(
        rng.choices(
            [outlet.id for outlet in partners],
            weights=[outlet.share for outlet in partners],
            k=CENTRAL_PARTNER_ITEMS,
        )
    )
    others = [outlet for outlet in outlets if not outlet.central_partner]
    return dict(drawn) | {outlet.id: rng.randint(*outlet.items) for outlet in others}


def _undecidable(rng: Random, articles: list[Article], newsroom: Newsroom) -> list[Article]:
    """Rewrites some pieces that belong to no story and keeps their number."""
    shared = shared_stories(articles)
    able = [a.id for a in articles if a.kind == "text" and a.in_scope and a.story not in shared]
    chosen = set(rng.sample(able, UNDECIDABLE))
    return [newsroom.undecidable(a) if a.id in chosen else a for a in articles]
