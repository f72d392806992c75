"""Detects whether a proxy forwarded a request, and whether a page of ours or the user caused it."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from lantoa.web.access.roles import SAFE, RouteTable

OF_PROXIES = frozenset(
    {
        "forwarded", "forwarded-for", "forwarded-for-ip", "via", "cdn-loop", "client-ip", "true-client-ip", "remote-addr",
        "remote-user", "front-end-https", "ssl-client-cert", "max-forwards", "surrogate-capability", "ali-cdn-real-ip",
        "x-forwarded", "x-client", "x-client-ip", "x-cluster-client-ip", "x-host", "x-http-host-override", "x-rewrite-url",
        "x-scheme", "x-url-scheme", "x-script-name", "x-proxied", "x-proxy", "x-coming-from", "x-varnish", "x-via", "x-cdn",
        "x-nginx-proxy", "x-https", "x-ssl", "x-traceid-proxy", "incap-client-ip", "wl-proxy-client-ip", "wl-proxy-ssl",
        "x-appengine-user-ip", "x-nf-client-connection-ip", "x-cloud-trace-context", "x-gateway-host",
    }
)  # fmt: skip
PREFIXES_OF_PROXIES = (
    "x-forwarded-", "x-original-", "x-real-", "x-client-", "x-remote-", "x-proxy", "x-ssl-", "x-envoy-", "x-amzn-", "x-amz-cf-",
    "x-azure-", "x-arr-", "x-appengine-", "x-vercel-", "x-nf-", "x-sucuri-", "x-akamai-", "x-auth-request-", "x-webauth-",
    "x-authentik-", "x-authenticated-", "x-cdn-", "akamai-", "cf-", "cloudfront-", "fastly-", "fly-", "proxy-", "tailscale-",
    "ngrok-", "cdn-", "wl-proxy-", "x-ms-proxy", "x-goog-", "x-iap-", "x-haproxy-", "x-traefik-", "x-caddy-", "x-bluecoat-",
)  # fmt: skip


def path_of(request: Request) -> str:
    """Returns the path as requested. `request.url` also contains the Host header, which a client can choose."""
    return str(request.scope["path"])


def is_proxied(headers: Headers) -> bool:
    """Says whether a reverse proxy, content network or tunnel added a header."""
    names = {name.lower().replace("_", "-") for name in headers}
    return not OF_PROXIES.isdisjoint(names) or any(name.startswith(PREFIXES_OF_PROXIES) for name in names)


def is_ours(request: Request, routes: RouteTable, *, here: bool = False) -> bool:
    """Returns False if another site's page caused the request in a user's browser.

    Browsers state the origin of a request in Sec-Fetch-Site, and in Origin with every POST (Fetch standard; OWASP,
    Cross-Site Request Forgery Prevention, "Fetch Metadata headers"). A request without either is not from a browser.
    `here` means that no proxy is in between, so that the page must be ours whatever Sec-Fetch-Site says.
    """
    site = request.headers.get("sec-fetch-site")
    if site in {"cross-site", "same-site"}:
        return request.method in SAFE and _is_navigation(request, routes)
    if site not in {None, "same-origin", "none"}:
        return False
    stated = _stated_origin(request)
    if here and stated is not None and (request.method not in SAFE or site == "same-origin"):
        return stated == (request.scope["scheme"], request.headers.get("host", ""))
    if request.method in SAFE or site is not None:
        return True
    return "origin" not in request.headers or stated is None or stated[1] == request.headers.get("host")


def _is_navigation(request: Request, routes: RouteTable) -> bool:
    """Says whether a user follows a link to a page of ours that is cheap to answer."""
    wanted = (request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest"))
    is_ahead = "sec-purpose" in request.headers  # prefetched before anybody followed the link
    return (
        wanted == ("navigate", "document")
        and not is_ahead
        and not routes.is_queued(request.method, path_of(request))
    )


def _stated_origin(request: Request) -> tuple[str, str] | None:
    """Returns scheme and host of the sending page from Origin, otherwise from Referer."""
    stated = request.headers.get("origin") or request.headers.get("referer")
    if not stated:
        return None
    try:
        parts = urlsplit(stated)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
