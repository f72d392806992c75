"""How many pieces each outlet publishes: chance decides, the total of the central partners is fixed."""

from collections import Counter
from random import Random

from lantoa.demo.cast import Outlet

CENTRAL_PARTNER_ITEMS = 1717  # of 23 outlets: the sentence of the office's published report


def yearly_quotas(rng: Random, outlets: tuple[Outlet, ...]) -> dict[str, int]:
    """Outlet id → its pieces in scope in the year."""
    partners = [outlet for outlet in outlets if outlet.central_partner]
    drawn = Counter(
        rng.choices(
            [outlet.id for outlet in partners],
            weights=[outlet.share for outlet in partners],
            k=CENTRAL_PARTNER_ITEMS,
        )
    )
    others = [outlet for outlet in outlets if not outlet.central_partner]
    return dict(drawn) | {outlet.id: rng.randint(*outlet.items) for outlet in others}
