"""The routes of the API."""

from fastapi import APIRouter

from lantoa.web.api import (
    activities,
    classify,
    entering,
    health,
    items,
    reports,
    resolutions,
    sources,
    tallies,
    waiting,
)

router = APIRouter(prefix="/api/v1", generate_unique_id_function=lambda route: route.name)
for room in (tallies, items, activities, entering, waiting, sources, resolutions, reports, classify, health):
    router.include_router(room.router)
