"""The demo province: a deterministic simulated year of its press with known answers, served on the loopback address."""

from lantoa.demo.activities import ActivityYear, simulate_activities, write_sheets
from lantoa.demo.compare import central_partner_of, compare, figures_compared
from lantoa.demo.outlet_server import FeedServer
from lantoa.demo.simulate import simulate
from lantoa.demo.truth import Answer, answer
from lantoa.demo.world import World, write_programme

__all__ = [
    "ActivityYear",
    "Answer",
    "FeedServer",
    "World",
    "answer",
    "central_partner_of",
    "compare",
    "figures_compared",
    "simulate",
    "simulate_activities",
    "write_programme",
    "write_sheets",
]
