"""When an item counts (counting.md, Date and period)."""

from datetime import date

from config.programme import Programme
from models.counting.stored_item import ItemDate, StoredItem
from models.messages.item import Item


def date_and_period(before: ItemDate | None, item: Item, *, wins: bool) -> ItemDate:
    """Returns the item's date after one more revision: that of the first revision that carried a plausible one, so that a
    later date moves no item to another period. `wins` says that the revision is the one that counts; its flag
    remains while there is no date (counting.md, Date and period)."""
    first_seen, published, published_by, flag = (
        (before.first_seen, before.published, before.published_by, before.date_flag)
        if before
        else (item.fetched_at, None, "", None)
    )
    if item.claimed and not item.date_flag:
        claim = f"{item.fetched_at.timestamp():017.6f}/{item.revision}"
        if not published_by or claim < published_by:
            published, published_by = item.claimed, claim
    if published:
        flag = None
    elif wins:
        flag = item.date_flag
    return ItemDate(min(first_seen, item.fetched_at), published, published_by, flag)


def own_day(item: StoredItem, before: StoredItem | None, programme: Programme) -> date:
    """Returns the day of the item's date in the programme's time zone. While the moment stays it is the day as it was
    counted, also after the time zone has changed."""
    moment = item.date.moment
    if before and "published" not in before.counted.corrected and moment == before.date.moment:
        return before.counted.day
    return programme.day(moment)
