"""Which channel an item belongs to: exactly one (counting.md, Channel)."""

from config.programme import Channel, Outlet, Source


def channel(outlet: Outlet, source: Source | None) -> Channel:
    """The source's own, when it states one, else what the outlet's medium and level give."""
    return source.channel if source and source.channel else outlet.channel
