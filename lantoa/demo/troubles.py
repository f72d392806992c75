"""Adds what makes counting hard: copies, corrections, missing or absurd dates, and the edges of the year."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from lantoa.demo.demo_pieces import Article, Dateline
from lantoa.demo.newsroom import Newsroom
from lantoa.demo.timeline import POLLS, YEAR, first_poll

LAST = len(POLLS) - 1
DATELINES: tuple[Dateline, ...] = ("missing", "unreadable", "implausible")


def at_the_edges(rng: Random, articles: list[Article]) -> list[Article]:
    """Moves some pieces to the first hours of January, where UTC still has the old year, and to the last evening."""
    return [replace(a, published=_edge(rng, a.published)) for a in articles]


def _edge(rng: Random, published: datetime) -> datetime:
    """Chooses a moment in the same period that is not before a document to which the piece may refer."""
    start, end = (midnight.astimezone(UTC) for midnight in YEAR)
    after_midnight = timedelta(minutes=rng.randrange(10, 400))
    chance = rng.random()
    if start <= published < end - timedelta(days=31) and chance < 0.012:
        return start + after_midnight
    if end - timedelta(days=6) <= published < end and chance < 0.3:
        return end - timedelta(minutes=rng.randrange(1, 60))
    if published >= end and chance < 0.25:
        return end + after_midnight
    return published


def syndicate(rng: Random, articles: list[Article], stories: int = 90) -> list[Article]:
    """Copies the text of pieces to several outlets within two days: several items, one story."""
    plain = [i for i, a in enumerate(articles) if _copyable(a)]
    rng.shuffle(plain)
    result = list(articles)
    for _ in range(stories):
        origin, *copies = (plain.pop() for _ in range(rng.choice((2, 2, 3, 3, 5))))
        for index in copies:
            result[index] = _copy(rng, result[origin], result[index])
    return result


def _copyable(article: Article) -> bool:
    year = YEAR[0] + timedelta(days=3), YEAR[1] - timedelta(days=3)
    plain = article.kind == "text" and article.form in ("brief", "article")
    return plain and article.in_scope and article.spelling == "" and year[0] < article.published < year[1]


def _copy(rng: Random, origin: Article, article: Article) -> Article:
    title = origin.text.title if rng.random() < 0.6 else f"{origin.text.title} | Tin từ {origin.outlet.name}"
    return replace(
        article,
        form=origin.form,
        published=origin.published + timedelta(minutes=rng.randrange(5, 2880)),
        revisions=(replace(origin.text, title=title),),
        story=origin.story,
    )


def schedule(rng: Random, articles: list[Article]) -> list[Article]:
    """Sets when and where each piece is seen: mostly at once, some one fetch late, some before their date, some again
    later."""
    return [_scheduled(rng, article) for article in articles]


def _scheduled(rng: Random, article: Article) -> Article:
    first = first_poll(article.published)
    late = rng.random()
    if late < 0.02:
        first = min(first + 1, LAST)
    elif first and late < 0.1 and article.published - POLLS[first - 1] < timedelta(hours=20):
        first -= 1  # visible before its time
    again = first < LAST and (rng.random() < 0.22 or article.outlet.slow)
    twins = [feed for feed in article.outlet.feeds if feed.kind == article.kind and feed not in article.feeds]
    second = [feed for feed in twins if feed.channel == article.channel and rng.random() < 0.25]
    polls = frozenset({first, first + 1} if again else {first})
    return replace(article, first=first, polls=polls, feeds=(*article.feeds, *second))


def shared_stories(articles: list[Article]) -> set[str]:
    """Returns the stories that have several pieces."""
    return {story for story, pieces in Counter(a.story for a in articles).items() if pieces > 1}


def misdate(rng: Random, articles: list[Article]) -> list[Article]:
    """Sets implausible dates. The first sight then counts, and the piece stays in its planned period."""
    shared = shared_stories(articles)
    return [
        replace(a, dateline=rng.choice(DATELINES)) if _misdatable(a, shared) and rng.random() < 0.025 else a
        for a in articles
    ]


def _misdatable(article: Article, shared: set[str]) -> bool:
    in_year = YEAR[0] <= article.published < YEAR[1]
    seen_in_period = article.first < LAST - 1 if in_year else article.first >= LAST - 1
    return seen_in_period and article.story not in shared


def revise(rng: Random, articles: list[Article], newsroom: Newsroom) -> list[Article]:
    """Changes pieces for the next fetch: another title, a corrected text, or a later date."""
    shared = shared_stories(articles)
    return [
        _revised(rng, a, newsroom, shared) if a.first < LAST and rng.random() < 0.07 else a for a in articles
    ]


def _revised(rng: Random, article: Article, newsroom: Newsroom, shared: set[str]) -> Article:
    if article.kind == "bulletin":
        return article
    seen_again = replace(article, polls=frozenset({article.first, article.first + 1}))
    alone = article.story not in shared and not article.text.undecided
    if alone and article.kind == "text" and rng.random() < 0.3:
        return replace(seen_again, revisions=(article.text, newsroom.corrected(article)))
    redated = None
    if article.dateline == "stated" and rng.random() < 0.3:
        redated = max(article.published, POLLS[article.first]) + timedelta(days=rng.randrange(3, 10))
    return replace(seen_again, revisions=(article.text, newsroom.retitled(article)), redated=redated)
