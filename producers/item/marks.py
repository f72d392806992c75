"""Finds marks: what a visit, a share, a counter or another view adds to an address. A mark is no part of the piece's
identity, unless documents show that it is."""

import re

from courlan.clean import TRACKERS_RE

TOKEN = re.compile(r"[0-9a-f]{16,}|(?=[^0-9]*[0-9])(?=.*[a-z])[\w.!-]{20,}", re.I)
SESSION = re.compile(r"php_?sess(?:ion)?_?id|jsessionid|j?sess(?:ion)?_?id|aspsessionid\w*|asp\.net_sessionid|oscsid|zenid|cftoken", re.I)  # fmt: skip
TOKEN_NAMES = frozenset({"sid", "s", "sess", "token", "access_token", "visit", "visitor", "phien", "nonce"})
SHARED = re.compile(
    r"(?:utm|at|mc|mtm|pk|itm|ga|hsa|fb|stm|wt|_hs|__twitter|matomo|piwik)[_.]\w+|_hs(?:enc|mi)|_gl|_ga|"
    r"(?:dc|fbc|gc|twc|ttc|yc|ysc|msc|lic)lk?id|(?:click|gbra|msclk|wbra|partner)id|igsh(?:id)?|li_fat_id|epik|"
    r"share(?:d|id|source|from|type|_\w+)?|sfnsn|mibextid|spm|scm|zarsrc|zalo\w*|smid|smtyp|cmpid|ocid|ncid|taid|vgo_ee|xtor|s_cid|"
    r"gidzl|_?aem_\w+|__cf_chl_\w+|_sm_au_|usqp|amp_js_v|amp_gsa|c?icid|cmp|af|guccounter|guce_\w+|srsltid|ysclid|mkt_tok|_branch_\w+|"
    r"nocache|cachebuster|_|rand|random|rnd|replytocom",
    re.I,
)
SWITCHES = frozenset(
    {"amp", "m", "mobile", "ismobile", "desktop", "nomobile", "print", "printable", "printer", "printview",
     "printversion", "banin", "rss"}
)  # fmt: skip
SWITCHED = frozenset(
    {"", "0", "1", "true", "false", "yes", "no", "y", "n", "on", "off", "amp", "print", "mobile"}
)
VIEWS = frozenset(
    {"output", "outputtype", "format", "view", "mode", "layout", "action", "act", "do", "task", "display", "version", "tmpl",
     "template", "theme", "device", "feature", "from"}
)  # fmt: skip
VIEWED = frozenset(
    {"amp", "print", "printable", "printer", "printpreview", "print-friendly", "printerfriendly", "mobile", "desktop",
     "component", "share", "rss", "zalo", "facebook", "fb", "twitter"}
)  # fmt: skip


def is_mark(name: str, value: str) -> bool:
    """Applies to a parameter of a query or, with `;` before its name, of a path."""
    plain, said = name.lower().lstrip(";"), value.lower()
    return (
        is_counting(plain)
        or bool(SESSION.fullmatch(plain) or SHARED.fullmatch(plain))
        or (plain in TOKEN_NAMES and bool(TOKEN.fullmatch(value)))
        or (plain in SWITCHES and said in SWITCHED)
        or (plain in VIEWS and said in VIEWED)
    )


def is_counting(name: str) -> bool:
    """Uses courlan's list, matching whole words only: its `ga` also matches `gallery`, an article's own number."""
    found = TRACKERS_RE.finditer(name)
    return any(m[0].endswith("_") or re.match(r"(?:id)?(?![a-z])", name[m.end() :]) for m in found)


def is_fleeting(name: str, value: str) -> bool:
    """True for a mark that almost never identifies a piece: `utm_source` or a session, unlike `cid` or `source`."""
    plain = name.lower().lstrip(";")
    if SESSION.fullmatch(plain) or SHARED.fullmatch(plain) or TOKEN.fullmatch(value):
        return True
    return not is_counting(plain)
