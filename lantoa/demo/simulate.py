"""The simulated year, from a seed to a world: who publishes what, and then everything that goes wrong with it."""

from random import Random

from lantoa.demo.cast import load_cast
from lantoa.demo.desk import Desk
from lantoa.demo.pieces import Article
from lantoa.demo.quotas import yearly_quotas
from lantoa.demo.timeline import AFTER, BEFORE, YEAR, moment_in
from lantoa.demo.troubles import at_the_edges, misdate, revise, schedule, shared_stories, syndicate
from lantoa.demo.world import World

UNDECIDABLE = 12  # pieces that wait for a human


def simulate(seed: int = 2024) -> World:
    """1,717 pieces of 23 central partners in scope in 2024, whatever the seed; everything else is drawn."""
    rng = Random(seed)
    desk = Desk(rng)
    articles = at_the_edges(rng, _published(rng, desk))
    articles = schedule(rng, syndicate(rng, articles))
    articles = misdate(rng, _undecidable(rng, articles, desk))
    return World(seed, load_cast(), tuple(revise(rng, articles, desk)))


def _published(rng: Random, desk: Desk) -> list[Article]:
    outlets = load_cast()
    quotas = yearly_quotas(rng, outlets)
    articles = []
    for outlet in outlets:
        articles += [desk.in_scope(outlet, moment_in(rng, YEAR)) for _ in range(quotas[outlet.id])]
        articles += [desk.elsewhere(outlet, moment_in(rng, YEAR)) for _ in range(outlet.elsewhere)]
        articles += [desk.in_scope(outlet, moment_in(rng, BEFORE)) for _ in range(rng.randint(2, 5))]
        articles += [desk.in_scope(outlet, moment_in(rng, AFTER)) for _ in range(rng.randint(2, 5))]
    return articles


def _undecidable(rng: Random, articles: list[Article], desk: Desk) -> list[Article]:
    """Rewrites some lone pieces; their quota stays theirs."""
    shared = shared_stories(articles)
    able = [a.id for a in articles if a.kind == "text" and a.in_scope and a.story not in shared]
    chosen = set(rng.sample(able, UNDECIDABLE))
    return [desk.undecidable(a) if a.id in chosen else a for a in articles]
