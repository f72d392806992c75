"""Finds the channel of an item: exactly one (counting.md, Channel)."""

from config.programme import Channel, Outlet, Source


def channel(outlet: Outlet, source: Source | None) -> Channel:
    """Returns the source's own channel, when it states one, else the channel of the outlet's medium and level."""
    return source.channel if source and source.channel else outlet.channel
