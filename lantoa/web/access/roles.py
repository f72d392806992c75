"""The role that a route needs, declared at the route and checked before the request's body is read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Mount, compile_path

from models.tables.accounts import ROLES, Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOG_IN = "/login"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Needs:
    """The requirements of a route. `role` is None if it is public. `changes` says that the audit log records it.
    `where_accounts_are` limits the rule to dashboards with accounts; with a single owner the least role is needed."""

    role: Role | None
    changes: bool
    where_accounts_are: bool = False

    def role_for(self, *, accounts: bool) -> Role | None:
        return ROLES[0] if self.where_accounts_are and not accounts else self.role


READS, WRITES, OPEN = Needs("reader", False), Needs("liaison", True), Needs(None, False)


def needs(
    role: Role | None, *, changes: bool = False, where_accounts_are: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Declares the role; to be used below `@router.get(…)`. Without it, safe methods need a reader and all others a
    liaison."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["needs"] = Needs(role, changes, where_accounts_are)
        return endpoint

    return declare


def may(role: str, needed: Role | None) -> bool:
    return needed is None or (role in ROLES and ROLES.index(role) >= ROLES.index(needed))


class RouteTable:
    """All routes of an application by method and path. It is made after the last route was added."""

    def __init__(self, router: APIRouter) -> None:
        self._routes = list(_routes(router, ""))
        self._open = tuple(f"{route.path}/" for route in router.routes if isinstance(route, Mount))

    def needs(self, method: str, path: str) -> Needs:
        """Returns the requirements of a path. An unknown path needs a reader, so that strangers do not learn which
        paths exist; below the log-in, which is public, it needs what the log-in needs."""
        if path.startswith(self._open):
            return OPEN
        endpoint = self._find(method, path)
        if endpoint is None and path.startswith(f"{LOG_IN}/"):
            endpoint = self._find("GET", LOG_IN)
        default = READS if method in SAFE else WRITES
        found: Needs = getattr(endpoint, "needs", default)
        return found

    def is_queued(self, method: str, path: str) -> bool:
        """Says whether the route runs in a queue of its own because it takes long."""
        return hasattr(self._find(method, path), "queue")

    def _find(self, method: str, path: str) -> Callable[..., Any] | None:
        wanted = "GET" if method == "HEAD" else method
        for pattern, methods, endpoint in self._routes:
            if wanted in methods and pattern.match(path):
                return endpoint
        return None


def _routes(router: Any, prefix: str) -> Iterator[tuple[re.Pattern[str], frozenset[str], Callable[..., Any]]]:
    """Yields all routes, including those of included routers."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield compile_path(prefix + route.path)[0], frozenset(route.methods or ()), route.endpoint
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router, prefix + getattr(router, "prefix", ""))
