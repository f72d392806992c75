"""Which role a request needs, and whether its browser sent it on our own behalf."""

from urllib.parse import urlsplit

from starlette.requests import Request

from models.accounts import ROLES, Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = ("/static/", "/login", "/language/")  # to everybody
OF_ADMINISTRATORS = ("/audit", "/accounts")
READING = frozenset({"/logout", "/try", "/api/v1/classify"})  # sent by POST, and changing nothing
OF_PROGRAMS = ("/api/", "/metrics", "/feeds/", "/contracts")  # where a token is as good as a session


def role_for(method: str, path: str) -> Role | None:
    """None: whoever asks. What is not named here reads when it is safe and else is the liaison's."""
    if path.startswith(OPEN):
        return None
    if path.startswith(OF_ADMINISTRATORS):
        return "administrator"
    return "reader" if method in SAFE or path in READING else "liaison"


def may(role: str, needed: Role | None) -> bool:
    return needed is None or (role in ROLES and ROLES.index(role) >= ROLES.index(needed))


def changes(request: Request) -> bool:
    """Whether it is written down: coming and going are."""
    return request.method not in SAFE and request.url.path not in READING - {"/logout"}


def is_ours(request: Request) -> bool:
    """Not made by another site's page in a reader's browser.

    Browsers say where a request comes from: Sec-Fetch-Site, and Origin with every POST (Fetch standard; OWASP,
    Cross-Site Request Forgery Prevention, "Fetch Metadata headers"). What says neither is no browser's.
    """
    if request.method in SAFE:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
