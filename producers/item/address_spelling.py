"""The spellings of one address: what they have in common, and the marks by which they differ."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from config.programme import Outlet
from producers.html_to_text import clean
from producers.item.marks import is_mark

PREFIXES = re.compile(r"^(?:www|m|amp|mobile)\.(?=[^.]+\.)")
ENDINGS = re.compile(r"(?:/amp|\.amp|(?<=[^/])/print|/)$")
BEGINNINGS = re.compile(r"^/(?:amp|print|mobile)(?=/[^/])")
INSIDE = re.compile(r"\.amp(?=\.html?$)", re.I)
PATH_PARAMETER = re.compile(r";([^;=]+)(?:=([^;]*))?")
# ASP.NET's session in a path: a segment such as (S(lit3py55t21z5v55))
COOKIELESS = re.compile(r"\((?:[A-Z]\([^()]*\))+\)")
# fragments that identify no piece
NO_PLACE = re.compile(r":~:.*|top|main|content|home|comments?|respond|primary|page|/|!/?", re.I)
FRAGMENT, SESSION_SEGMENT = "#", "()"  # names of marks, as `;name` is the name of a path parameter
PATH_SAFE = "-._~!$&'()*+,;=:@"
Pairs = tuple[tuple[str, str], ...]


class AddressRules(NamedTuple):
    """The rules that an outlet states for its addresses."""

    hosts: tuple[str, ...]
    keep: tuple[str, ...]
    ignore: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelt:
    """An address as `host/path` and the parameters that stay. `marks` are those that a canonical address leaves out:
    the name in small letters → the value and how the mark is written."""

    place: str
    stays: Pairs
    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fragment: str = ""  # a fragment that is part of the identity
    ignores: bool = False  # the address holds something that the outlet ignores

    @property
    def says(self) -> dict[str, str]:
        return {name: value for name, (value, _written) in self.marks.items()}

    def written(self, kept_marks: Collection[str] = ()) -> str:
        """Returns the address with these marks: an address of its own, always the same for the same marks."""
        shown = {name: self.marks[name] for name in sorted(kept_marks) if name in self.marks}
        queried = [(written, value) for name, (value, written) in shown.items() if name[0] not in ";#("]
        query = urlencode(sorted([*self.stays, *queried]), errors="surrogateescape")
        path = "".join(written for name, (_value, written) in shown.items() if name[0] in ";(")
        fragment = shown[FRAGMENT][0] if FRAGMENT in shown else self.fragment
        return f"{self.place}{path}{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"


def spelt(url: str, outlet: Outlet) -> Spelt:
    """Ignores the scheme, and is idempotent: https://m.nhandan.vn/a/amp/?utm_source=x#y is nhandan.vn/a with two
    marks."""
    return _spelt(url, _rules(outlet))


def _rules(outlet: Outlet) -> AddressRules:
    return AddressRules(outlet.hosts, outlet.keep_parameters, outlet.ignore_parameters)


@lru_cache(maxsize=4_096)
def _spelt(url: str, rules: AddressRules) -> Spelt:
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
    """True for the address of a page that a browser opens."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def absolute(base: str, link: str) -> str | None:
    """Returns the address of the page that a link on another page leads to, of any length; None where the link leads
    to no page."""
    try:
        url = urljoin(base, clean(link).strip()) if link else ""
    except ValueError:
        return None
    return url if is_address(url) else None


def names_a_place(fragment: str) -> bool:
    """True where nothing but the fragment identifies a piece on the front page: #tin-3, #!/tin/3; not #xtor=RSS-1."""
    if not fragment or NO_PLACE.fullmatch(fragment):
        return False
    pairs = parse_qsl(fragment)
    return not pairs or not all(is_mark(name, value) for name, value in pairs)


def values_of_marks(url: str) -> Iterator[tuple[int, int]]:
    """Yields the begin and end of the values of an address's marks."""
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


def _segment(segment: str, rules: AddressRules, marks: dict[str, tuple[str, str]]) -> str:
    """Returns the segment without its marks, which are added to `marks`."""
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
    """Writes percent-encoding in one spelling. Bytes that are not UTF-8 stay as they are."""
    text = unicodedata.normalize("NFC", unquote(segment, errors="surrogateescape"))
    return quote(text, safe=PATH_SAFE, errors="surrogateescape")


def _parameters(query: str, rules: AddressRules) -> list[tuple[str, str]]:
    """Returns the parameters without those that the outlet ignores."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    nfc = ((unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", value)) for name, value in pairs)
    return [(name, value) for name, value in nfc if not _has(rules.ignore, name)]


def _holds_ignored(parts: SplitResult, rules: AddressRules) -> bool:
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    names = {name for name, _value in pairs} | {
        f";{found[1]}" for found in PATH_PARAMETER.finditer(parts.path)
    }
    return any(_has(rules.ignore, name) for name in (*names, *(["#"] if parts.fragment else [])))


def _stays(name: str, value: str, rules: AddressRules) -> bool:
    return _has(rules.keep, name) or not is_mark(name, value)
