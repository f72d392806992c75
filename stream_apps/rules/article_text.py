"""The properties of an article as a whole, computed when they are first needed."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from models.messages.mention import Zone
from stream_apps.rules.almanac import Almanac
from stream_apps.rules.dating import Writing, writing
from stream_apps.rules.patterns import spelled
from stream_apps.rules.text import Folded, fold_with_offsets, has_marks

OPENING_OF_BODY = 500
LONGEST_WHOLE = 200_000  # characters that are searched for what an article is about; a hundred pages, longer than any article


class ArticleText:
    def __init__(
        self,
        zones: Sequence[tuple[Zone, str]],
        published: date | None,
        almanac: Almanac,
    ) -> None:
        self.zones = [(zone, text, fold_with_offsets(text)) for zone, text in zones if text]
        self._published, self._almanac = published, almanac
        self._has: dict[str, bool] = {}

    def folded(self, zone: Zone) -> Folded:
        return next(folded for name, _, folded in self.zones if name == zone)

    @cached_property
    def whole(self) -> str:
        return "\n".join(folded.text for _, _, folded in self.zones)[:LONGEST_WHOLE]

    @cached_property
    def plain(self) -> bool:
        return not has_marks(self.whole)

    @cached_property
    def opening(self) -> str:
        """The text that a title is about."""
        return "\n".join(folded.text[:OPENING_OF_BODY] for _, _, folded in self.zones)

    @cached_property
    def writing(self) -> Writing:
        return writing(self._published, self.whole, self.plain, self._almanac)

    def has(self, pattern: str) -> bool:
        """Looks a pattern up once for an article, so that a text with many references takes linear time."""
        if pattern not in self._has:
            self._has[pattern] = spelled(pattern, self.plain).search(self.whole) is not None
        return self._has[pattern]
