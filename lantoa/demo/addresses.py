"""The addresses of a piece: its own, and the many variants by which it is reached."""

import re
import unicodedata
from random import Random
from urllib.parse import quote

from lantoa.demo.demo_pieces import Article
from lantoa.demo.spelling import slug

TRACKING = ("utm_source=rss&utm_medium=feed", "fbclid=IwAR0demo", "utm_campaign=daily", "gclid=Cj0demo")
PREFIXES = ("www.", "m.", "amp.", "mobile.")


def address(article: Article, revision: int, rng: Random) -> str:
    """Returns the address in one feed at one fetch. Half of the time it is the plain one."""
    host, path = rng.choice(article.outlet.hosts), _path(article, revision, rng)
    path, _, query = path.partition("?")
    scheme, parameters = "https", query.split("&") if query else []
    rng.shuffle(parameters)
    if rng.random() < 0.5:
        return _joined(scheme, host, path, parameters)
    scheme = rng.choice(("https", "http"))
    host = _other_host(host, scheme, rng)
    if rng.random() < 0.4:
        own = tuple(f"{name}=1" for name in article.outlet.ignored)
        parameters += rng.choice(own or TRACKING).split("&")
    if rng.random() < 0.3:
        path = rng.choice(
            (f"{path.rstrip('/')}/amp", f"{path.rstrip('/')}.amp", f"{path.rstrip('/')}/", f"/{path}")
        )
    return _joined(scheme, host, path, parameters) + ("#box-tin" if rng.random() < 0.1 else "")


def _path(article: Article, revision: int, rng: Random) -> str:
    outlet = article.outlet
    title = article.revisions[revision if outlet.keeps_number else 0].title
    return outlet.address.format(
        slug=slug(title),
        section=article.section,
        n=article.number,
        words=_encoded(title.replace("/", "-").replace("\u00a0", " "), rng),
    )


def _encoded(title: str, rng: Random) -> str:
    """Encodes Vietnamese words in a path: percent-encoded with capital or small digits, composed or decomposed, or
    unchanged."""
    words = "-".join(word for word in title.split() if word.isalnum())
    composed, apart = (quote(unicodedata.normalize(form, words)) for form in ("NFC", "NFD"))
    small = re.sub("%..", lambda match: match[0].lower(), composed)
    return rng.choice((composed, small, apart, words))


def _other_host(host: str, scheme: str, rng: Random) -> str:
    host = rng.choice(PREFIXES) + host if rng.random() < 0.5 and host.count(".") == 2 else host
    port = {"https": ":443", "http": ":80"}[scheme] if rng.random() < 0.1 else ""
    return host + port


def _joined(scheme: str, host: str, path: str, parameters: list[str]) -> str:
    return f"{scheme}://{host}{path}" + (f"?{'&'.join(parameters)}" if parameters else "")
