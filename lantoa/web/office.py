"""The context of a request: one office's settings, database, programme and catalogue, and who asks."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Engine

from config.catalogue import Catalogue
from config.programme import Programme
from config.settings import Settings
from lantoa.commands import importing, limited_rules
from lantoa.commands.limited_rules import LimitedRules
from lantoa.language import _
from lantoa.runtime.services import Running
from lantoa.views.explanations import Explanation, explained
from lantoa.views.labels import name_of, titled
from models.mention import Mention
from models.period import Period, parse_period
from models.sql import Row
from producers.limited import LimitedProcesses


@dataclass(frozen=True, slots=True)
class Office:
    """One office's figures."""

    settings: Settings
    engine: Engine
    programme: Programme
    catalogue: Catalogue
    running: Running
    kept: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)  # of the overview
    rules: LimitedProcesses = field(
        default_factory=limited_rules.limited_processes
    )  # start when they are needed
    sheets: LimitedProcesses = field(default_factory=lambda: importing.limited_processes(1, waiting=4))

    def period(self, stated: str | None) -> Period:
        """This year's without one. Raises UsageError."""
        return parse_period(stated or str(datetime.now(self.programme.timezone).year))

    def name(self, key: str, value: str | None) -> str:
        """What people call a value of one of the tallies' keys."""
        if value is None:
            return _("none")
        return name_of(key, value, self.programme, self.catalogue)

    def title(self, document: str) -> str:
        """Its name with its title, cut short."""
        return titled(document, self.catalogue)

    def explained(self, mention: Row) -> Explanation:
        """What the evidence of a mention says, as it is stored."""
        return explained(Mention.stored(mention), lambda document: self.name("resolution", document))


def office_of(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def rules_of(request: Request) -> LimitedRules:
    """Of the programme as it is now."""
    state, office = request.app.state, office_of(request)
    kept: tuple[Office, LimitedRules] | None = getattr(state, "rules", None)
    if kept is None or kept[0] is not office:
        state.rules = kept = office, LimitedRules(office.programme, office.catalogue, office.rules)
    return kept[1]


def actor(request: Request) -> str:
    """Who asks, as decisions and the audit log name it."""
    return str(request.state.actor)
