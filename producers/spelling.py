"""The spellings of one address: what they have in common, and the marks by which they differ."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from config.programme import Outlet
from producers.marks import is_mark
from producers.plain import clean

PREFIXES = re.compile(r"^(?:www|m|amp|mobile)\.(?=[^.]+\.)")
ENDINGS = re.compile(r"(?:/amp|\.amp|(?<=[^/])/print|/)$")
BEGINNINGS = re.compile(r"^/(?:amp|print|mobile)(?=/[^/])")
INSIDE = re.compile(r"\.amp(?=\.html?$)", re.I)
PATH_PARAMETER = re.compile(r";([^;=]+)(?:=([^;]*))?")
COOKIELESS = re.compile(r"\((?:[A-Z]\([^()]*\))+\)")  # of ASP.NET: a segment such as (S(lit3py55t21z5v55))
NO_PLACE = re.compile(
    r":~:.*|top|main|content|home|comments?|respond|primary|page|/|!/?", re.I
)  # fragments that name no piece
FRAGMENT, SESSION_SEGMENT = "#", "()"  # names of marks, as `;name` is that of a path parameter
PATH_SAFE = "-._~!$&'()*+,;=:@"
Pairs = tuple[tuple[str, str], ...]


class Rules(NamedTuple):
    """What an outlet states of its addresses."""

    hosts: tuple[str, ...]
    keep: tuple[str, ...]
    ignore: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelt:
    """`host/path` and the parameters that stay; `marks` are those that a canonical address leaves out, by their names in
    small letters, each with what it says and with how it is written."""

    place: str
    stays: Pairs
    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fragment: str = ""  # that stays
    ignores: bool = False  # it holds what the outlet ignores

    @property
    def says(self) -> dict[str, str]:
        return {name: value for name, (value, _written) in self.marks.items()}

    def written(self, told: Collection[str] = ()) -> str:
        """With the marks that are `told`: an address of its own, and always the same of the same."""
        shown = {name: self.marks[name] for name in sorted(told) if name in self.marks}
        queried = [(written, value) for name, (value, written) in shown.items() if name[0] not in ";#("]
        query = urlencode(sorted([*self.stays, *queried]), errors="surrogateescape")
        path = "".join(written for name, (_value, written) in shown.items() if name[0] in ";(")
        fragment = shown[FRAGMENT][0] if FRAGMENT in shown else self.fragment
        return f"{self.place}{path}{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"


def spelt(url: str, outlet: Outlet) -> Spelt:
    """Without scheme, and idempotent: https://m.nhandan.vn/a/amp/?utm_source=x#y is nhandan.vn/a with two marks."""
    return _spelt(url, _rules(outlet))


def _rules(outlet: Outlet) -> Rules:
    return Rules(outlet.hosts, outlet.keep_parameters, outlet.ignore_parameters)


@lru_cache(maxsize=4_096)
def _spelt(url: str, rules: Rules) -> Spelt:
    parts = urlsplit(_as_http(url.strip().replace("&amp;", "&")))
    marks: dict[str, tuple[str, str]] = {}
    path = "/".join(_segment(_normalised(segment), rules, marks) for segment in parts.path.split("/"))
    path = _plain_path(path)
    stays = []
    for name, value in _parameters(parts.query, rules):
        if _stays(name, value, rules):
            stays.append((name, value))
        else:
            before = marks.get(name.lower())
            marks[name.lower()] = (f"{before[0]},{value}" if before else value, name)
    fragment = "" if _has(rules.ignore, FRAGMENT) else _normalised(parts.fragment)
    keeps = _has(rules.keep, FRAGMENT) or (not path and not stays and names_a_place(parts.fragment))
    if fragment and not keeps:
        marks[FRAGMENT] = (fragment, fragment)
    place = f"{_host(parts.netloc, rules.hosts)}{path}"
    ignores = bool(rules.ignore) and _holds_ignored(parts, rules)
    return Spelt(place, tuple(sorted(stays)), marks, fragment if keeps else "", ignores)


def parameters_that_stay(query: str, outlet: Outlet) -> list[tuple[str, str]]:
    rules = _rules(outlet)
    return [(name, value) for name, value in _parameters(query, rules) if _stays(name, value, rules)]


def is_address(text: str) -> bool:
    """Of a page that a browser opens."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def absolute(base: str, link: str) -> str | None:
    """The address of a page that a link on another one leads to, of whatever length; None for what is none."""
    try:
        url = urljoin(base, clean(link).strip()) if link else ""
    except ValueError:
        return None
    return url if is_address(url) else None


def names_a_place(fragment: str) -> bool:
    """A piece's on the front page, where nothing but its fragment tells it: #tin-3, #!/tin/3; not #xtor=RSS-1."""
    if not fragment or NO_PLACE.fullmatch(fragment):
        return False
    pairs = parse_qsl(fragment)
    return not pairs or not all(is_mark(name, value) for name, value in pairs)


def values_of_marks(url: str) -> Iterator[tuple[int, int]]:
    """From where to where the values of an address's marks stand in it."""
    for found in re.finditer(r"[?&;]([^=&?#;]+)=([^&#;?/]*)", url):
        if is_mark(unquote(found[1]), unquote(found[2])):
            yield found.span(2)


def plain_host(netloc: str) -> str:
    host = unicodedata.normalize("NFC", netloc.rpartition("@")[2].lower())
    host = re.sub(r"\.?(?::(?:80|443)?)?$", "", host)
    while (shorter := PREFIXES.sub("", host)) != host:
        host = shorter
    return host


def _plain_path(path: str) -> str:
    path = re.sub(r"/{2,}", "/", path)
    while (shorter := INSIDE.sub("", BEGINNINGS.sub("", ENDINGS.sub("", path)))) != path:
        path = shorter
    return path


def _segment(segment: str, rules: Rules, marks: dict[str, tuple[str, str]]) -> str:
    """Without its marks, which are added to `marks`."""
    if COOKIELESS.fullmatch(segment) and not _has(rules.keep, SESSION_SEGMENT):
        marks[SESSION_SEGMENT] = (segment, f"/{segment}")
        return ""

    def parameter(found: re.Match[str]) -> str:
        name, value = f";{found[1].lower()}", found[2] or ""
        if _has(rules.ignore, name):
            return ""
        if not is_mark(name, value) or _has(rules.keep, name):
            return found[0]
        marks[name] = (value, found[0])
        return ""

    return PATH_PARAMETER.sub(parameter, segment) if ";" in segment else segment


def _has(names: tuple[str, ...], name: str) -> bool:
    return bool(names) and name.lower() in _lower(names)


@lru_cache(maxsize=256)
def _lower(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _as_http(url: str) -> str:
    return url if "://" in url else f"http://{url}"


def _host(netloc: str, hosts: tuple[str, ...]) -> str:
    host = plain_host(netloc)
    own = _own_hosts(hosts)
    return own[0] if host in own else host


@lru_cache(maxsize=256)
def _own_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain_host(host) for host in hosts)


def _normalised(segment: str) -> str:
    """Percent-encoding in one spelling. Bytes that are not UTF-8 stay the bytes that they are."""
    text = unicodedata.normalize("NFC", unquote(segment, errors="surrogateescape"))
    return quote(text, safe=PATH_SAFE, errors="surrogateescape")


def _parameters(query: str, rules: Rules) -> list[tuple[str, str]]:
    """Without those that the outlet ignores."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    nfc = ((unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", value)) for name, value in pairs)
    return [(name, value) for name, value in nfc if not _has(rules.ignore, name)]


def _holds_ignored(parts: SplitResult, rules: Rules) -> bool:
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    names = {name for name, _value in pairs} | {
        f";{found[1]}" for found in PATH_PARAMETER.finditer(parts.path)
    }
    return any(_has(rules.ignore, name) for name in (*names, *(["#"] if parts.fragment else [])))


def _stays(name: str, value: str, rules: Rules) -> bool:
    return _has(rules.keep, name) or not is_mark(name, value)
