"""`lantoa init`: makes the programme of a province, by questions or by options."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from config.errors import LantoaError, UsageError
from config.programme import load_programme
from config.provinces import Province, short_name
from config.settings import load_settings
from lantoa.cli.output import err, out, print_table
from lantoa.commands.new_programme import (
    NewOffice,
    ProposedPlace,
    check_free,
    choose_papers,
    choose_places,
    environment_of,
    files_of,
    find_province,
    plain,
    proposed_papers,
    write_environment,
    write_folder,
)
from lantoa.language import _

T = TypeVar("T")


def init(
    folder: Annotated[
        Path | None, typer.Argument(help=_("the new folder; default: the province's name, here"))
    ] = None,
    province: Annotated[str, typer.Option(help=_("the province, of today or of before 1 July 2025"))] = "",
    places: Annotated[str, typer.Option(help=_("all, districts, or names separated by commas"))] = "",
    papers: Annotated[
        str, typer.Option(help=_("all, none, or ids of `lantoa outlets` separated by commas"))
    ] = "",
    office: Annotated[str | None, typer.Option(help=_("the office that issues the report"))] = None,
    place: Annotated[str | None, typer.Option(help=_("the place in the report's date line"))] = None,
    signatory: Annotated[str | None, typer.Option(help=_("who signs the report"))] = None,
    pace: Annotated[str, typer.Option(help=_("least seconds between two requests to one host"))] = "",
    contact: Annotated[
        str | None, typer.Option(help=_("mail or web address that the papers' servers are given"))
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=_("ask nothing: what is not stated is the default"))
    ] = False,
) -> None:
    """Makes the programme of a new province: asks for it, its places, papers and office, and writes the folder.

    Example: lantoa init an-giang --province "An Giang" --papers nhandan,vov --yes
    """
    if yes and not province:
        raise UsageError(_("--yes needs --province."))
    if folder:
        check_free(folder)
    asking = _Questions(yes=yes)
    found = asking.ask(_("Which province"), province or None, "", find_province)
    _say_what_it_is(found, province)
    answers = NewOffice(
        province=found,
        places=asking.ask(
            _("Which places: all, districts, or names separated by commas"),
            places or None,
            "all",
            lambda stated: choose_places(found, stated),
        ),
        papers=_ask_for_papers(asking, found, papers),
        issuer=asking.ask(_("Name of the office, for the report"), office, "", str.strip),
        place=asking.ask(_("Place in the report's date line"), place, found.short, str.strip),
        signatory=asking.ask(_("Who signs the report"), signatory, "", str.strip),
        pace=asking.ask(_("Least seconds between two requests to one host"), pace or None, "5", _pace),
        contact=asking.ask(
            _("Contact address that the papers' servers are given (mail or web)"), contact, "", _contact
        ),
    )
    _write((folder or Path(answers.id)).absolute(), answers)


class _Questions:
    """Asks what is not stated, again after an answer that cannot be used. With `yes` it takes the default."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes

    def ask(self, question: str, stated: str | None, default: str, read: Callable[[str], T]) -> T:
        """Raises UsageError for a stated value that cannot be used."""
        if stated is not None or self._yes:
            return read(default if stated is None else stated)
        while True:
            answer = typer.prompt(question, default=default, show_default=bool(default), err=True)
            try:
                return read(str(answer))
            except UsageError as error:
                err().print(str(error), soft_wrap=True)

    @property
    def shown(self) -> bool:
        return not self._yes


def _say_what_it_is(province: Province, stated: str) -> None:
    former = [short_name(name) for name in province.former_provinces]
    if stated and plain(short_name(stated)) not in plain(province.name):
        text = "{stated} is part of {province} since 1 July 2025. The programme is of {province}."
        err().print(_(text, stated=stated, province=province.short), soft_wrap=True)
    text = (
        "{province}: {communes} communes since 1 July 2025, before that {former} with {districts} districts."
    )
    counts = {"communes": len(province.communes), "districts": len(province.districts)}
    err().print(_(text, province=province.name, former=", ".join(former), **counts), soft_wrap=True)


def _ask_for_papers(asking: _Questions, province: Province, stated: str) -> tuple[str, ...]:
    if asking.shown and not stated:
        rows = [
            {"number": i, "outlet": outlet.id, "name": outlet.name, "level": _(outlet.level)}
            for i, outlet in enumerate(proposed_papers(province), 1)
        ]
        print_table(("number", "outlet", "name", "level"), rows)
    return asking.ask(
        _("Partner papers: numbers (1,3-5), ids, all or none"),
        stated or None,
        "all",
        lambda chosen: choose_papers(province, chosen),
    )


def _pace(stated: str) -> float:
    try:
        return load_settings(host_delay=float(stated.replace(",", "."))).host_delay
    except (ValueError, LantoaError) as error:
        raise UsageError(_("Seconds were expected, such as 5; found {stated!r}.", stated=stated)) from error


def _contact(stated: str) -> str:
    try:
        return load_settings(contact=stated.strip()).contact
    except LantoaError as error:
        text = "A mail or web address was expected, such as baochi@angiang.example; found {stated!r}."
        raise UsageError(_(text, stated=stated)) from error


def _write(folder: Path, office: NewOffice) -> None:
    write_folder(folder, files_of(office))
    programme, settings = load_programme(folder), folder.parent / ".env"
    written = write_environment(settings, text := environment_of(office, folder))
    _show_shared(office.places)
    counts = {
        "places": len(office.places),
        "outlets": len(programme.outlets),
        "sources": len(programme.sources),
    }
    text_of_folder = "{folder}: {places} places, {outlets} outlets with {sources} sources."
    out().print(_(text_of_folder, folder=folder, **counts), soft_wrap=True)
    if not written:
        out().print(
            _("{file} exists and stays as it is. Add these lines to it:", file=settings), soft_wrap=True
        )
        out().print(text.rstrip(), soft_wrap=True)
    elif "LANTOA_PROGRAMME" in os.environ:
        out().print(
            _("The environment sets LANTOA_PROGRAMME, which {file} does not override.", file=settings)
        )
    start = "lantoa up" if folder.parent == Path.cwd() else f"cd {folder.parent} && lantoa up"
    out().print(_("Check it with `lantoa check {folder}`, then start: {start}", folder=folder, start=start))


def _show_shared(places: tuple[ProposedPlace, ...]) -> None:
    shared = [place for place in places if place.shared_with]
    if not shared:
        return
    text = "{count} places share their name with other provinces: they count beside {company}, see programme.yaml. For instance: {names}"
    names = ", ".join(place.name for place in shared[:5])
    company = ", ".join(shared[0].company)
    err().print(_(text, count=len(shared), company=company, names=names), soft_wrap=True)
