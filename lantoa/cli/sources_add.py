"""`lantoa sources add`: finds where a site publishes, shows what that would give, and adds it to outlets.yaml."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.progress import SpinnerColumn

from config.errors import UsageError
from config.programme import Level, Medium, Programme
from config.settings import Settings
from lantoa.cli.bars import bars, description
from lantoa.cli.context import ProgrammeOption, programme_of, settings_for
from lantoa.cli.output import Format, err, out, print_rows
from lantoa.language import _
from lantoa.sources.adding import Additions, NewOutlet, shown
from lantoa.sources.discovery import discover, stated_address
from lantoa.sources.probe import Probe
from lantoa.sources.writing import save
from producers.http.address import host_of

COLUMNS = ("number", "kind", "entries", "newest", "text", "known", "url", "samples")
SAMPLES = 2
LevelOption = Annotated[Level | None, typer.Option("--level", help=_("the level of a new outlet"))]
MediumOption = Annotated[Medium | None, typer.Option("--medium", help=_("the medium of a new outlet"))]
NameOption = Annotated[str, typer.Option("--name", help=_("the name of a new outlet; default: its host"))]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=_("take the best without asking"))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=_("only show what is found"))]


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help=_("a site, a page that lists pieces, or a feed"))],
    name: NameOption = "",
    level: LevelOption = None,
    medium: MediumOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    programme: ProgrammeOption = None,
) -> None:
    """Finds the feeds, the sitemaps or the list of a site, shows what they give, and writes those that you choose into
    outlets.yaml.

    Example: lantoa sources add https://baohaugiang.com.vn --level provincial --medium newspaper
    """
    url = stated_address(url)
    settings = settings_for(programme)
    office = programme_of(settings)
    additions = Additions(office)
    found = _discover(settings, office, url)
    if not found:
        raise UsageError(
            _(
                "{url} has neither feeds nor sitemaps nor a list that can be read. Try the page of one column.",
                url=url,
            )
        )
    print_rows(COLUMNS, [row(n, each, office, additions) for n, each in enumerate(found, 1)], Format.table)
    fresh = [each for each in found if not additions.known(each.source.url)]
    if dry_run or not fresh:
        return
    chosen = fresh[:1] if yes else _asked(found)
    new = None if additions.home(url) else _new(host_of(url), name, level, medium, yes=yes)
    write(office, additions, chosen, new, yes=yes)


def _discover(settings: Settings, office: Programme, url: str) -> list[Probe]:
    with bars(SpinnerColumn(), description()) as bar:
        looking = bar.add_task(url, total=None)
        return discover(settings, office, url, lambda each: bar.update(looking, description=each))


def row(number: int, each: Probe, office: Programme, additions: Additions) -> dict[str, object]:
    titles = [entry.title for entry in each.entries if entry.title][:SAMPLES]
    return {
        "number": number,
        "kind": each.source.kind,
        "entries": len(each.entries),
        "newest": office.day(each.newest).isoformat() if each.newest else None,
        "text": None if each.with_text is None else round(each.with_text, 2),
        "known": additions.known(each.source.url),
        "url": each.source.url,
        "samples": " | ".join(titles) or None,
    }


def write(
    office: Programme, additions: Additions, chosen: Sequence[Probe], new: NewOutlet | None, *, yes: bool
) -> None:
    before = additions.text
    for each in chosen:
        if not additions.known(each.source.url):
            additions.add(each.source, new)
    out().print(shown(office.folder, before, additions.text), soft_wrap=True)
    if yes or typer.confirm(_("Write this?"), default=True):
        save(office.folder, additions.text)
        err().print(_("Written. `lantoa ingest` fetches it now."))


def _asked(found: Sequence[Probe]) -> list[Probe]:
    stated = typer.prompt(_("Which of them? Numbers, separated by commas"), default="1")
    numbers = [int(each) for each in re.findall(r"\d+", stated)]
    if not numbers or any(not 1 <= number <= len(found) for number in numbers):
        raise UsageError(_("Numbers from 1 to {most} were expected.", most=len(found)))
    return [found[number - 1] for number in dict.fromkeys(numbers)]


def _new(host: str, name: str, level: Level | None, medium: Medium | None, *, yes: bool) -> NewOutlet:
    if yes and not (level and medium):
        raise UsageError(
            _("The level and the medium of {hosts} are unknown: give --level and --medium.", hosts=host)
        )
    name = name or (host if yes else typer.prompt(_("Name of the outlet"), default=host))
    return NewOutlet(
        name,
        level or _one_of(_("Level"), ("central", "provincial", "district", "commune")),
        medium
        or _one_of(
            _("Medium"), ("newspaper", "radio", "television", "agency", "loudspeaker", "portal", "social")
        ),
    )


def _one_of(question: str, allowed: Sequence[str]) -> Any:
    stated = typer.prompt(f"{question} ({', '.join(allowed)})", default=allowed[0])
    if stated not in allowed:
        raise UsageError(_("{stated!r} is not one of {allowed}.", stated=stated, allowed=", ".join(allowed)))
    return stated
