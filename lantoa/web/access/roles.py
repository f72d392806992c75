"""The role that a route needs, declared at the route and known before the request is read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Mount, compile_path

from models.accounts import ROLES, Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOG_IN = "/login"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Needs:
    """`role`: None for everybody. `changes`: whether the audit log records it. `where_accounts_are`: the rule holds only where
    people have accounts; the dashboard of one owner asks for the least role instead."""

    role: Role | None
    changes: bool
    where_accounts_are: bool = False

    def role_for(self, *, accounts: bool) -> Role | None:
        return ROLES[0] if self.where_accounts_are and not accounts else self.role


READS, WRITES, OPEN = Needs("reader", False), Needs("liaison", True), Needs(None, False)


def needs(
    role: Role | None, *, changes: bool = False, where_accounts_are: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Below `@router.get(…)` and the like. A route without it needs a reader where its method is safe, else a liaison."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["needs"] = Needs(role, changes, where_accounts_are)
        return endpoint

    return declare


def may(role: str, needed: Role | None) -> bool:
    return needed is None or (role in ROLES and ROLES.index(role) >= ROLES.index(needed))


class RouteTable:
    """All routes of an application, asked by method and path. Make it when the last route is there."""

    def __init__(self, router: APIRouter) -> None:
        self._routes = list(_routes(router, ""))
        self._open = tuple(f"{route.path}/" for route in router.routes if isinstance(route, Mount))

    def needs(self, method: str, path: str) -> Needs:
        """A path that no route has needs a reader, so that strangers do not learn which there are; below the log-in, which is
        open, it needs what the log-in needs."""
        if path.startswith(self._open):
            return OPEN
        endpoint = self._find(method, path)
        if endpoint is None and path.startswith(f"{LOG_IN}/"):
            endpoint = self._find("GET", LOG_IN)
        default = READS if method in SAFE else WRITES
        found: Needs = getattr(endpoint, "needs", default)
        return found

    def is_queued(self, method: str, path: str) -> bool:
        """Whether the answer takes so long that it has a queue of its own."""
        return hasattr(self._find(method, path), "queue")

    def _find(self, method: str, path: str) -> Callable[..., Any] | None:
        wanted = "GET" if method == "HEAD" else method
        for pattern, methods, endpoint in self._routes:
            if wanted in methods and pattern.match(path):
                return endpoint
        return None


def _routes(router: Any, prefix: str) -> Iterator[tuple[re.Pattern[str], frozenset[str], Callable[..., Any]]]:
    """Those of included routers too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield compile_path(prefix + route.path)[0], frozenset(route.methods or ()), route.endpoint
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router, prefix + getattr(router, "prefix", ""))
