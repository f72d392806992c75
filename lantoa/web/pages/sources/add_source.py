"""Adds a source from a page: shows what a site offers, and writes the chosen sources to outlets.yaml."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, get_args

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from config.errors import FetchError, UsageError
from config.programme import Level, Medium, load_programme
from lantoa.commands.own_programme import check_writable
from lantoa.language import _
from lantoa.sources.adding import Additions, NewOutlet, shown
from lantoa.sources.advice import remedy
from lantoa.sources.discovery import discover, stated_address
from lantoa.sources.probe import Probe
from lantoa.sources.writing import save
from lantoa.web.access.audit import happened
from lantoa.web.background_tasks import Say
from lantoa.web.office import Office, office_of, task_of, web_state
from lantoa.web.rendering import page
from producers.http.address import host_of

router = APIRouter(prefix="/add-source")
Empty = BeforeValidator(lambda value: value or None)  # a list without a choice sends ""
SECONDS = 60.0  # for one site
SAMPLES = 2
_saving = threading.Lock()


@dataclass(frozen=True, slots=True)
class Look:
    """The examination of one site."""

    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A source that was found. `entry` is the text that outlets.yaml would gain. It is empty if the outlet has to be
    named first, or if `known` says that the programme has the source."""

    number: int
    probe: Probe
    known: str | None
    home: str | None
    entry: str

    @property
    def samples(self) -> list[str]:
        return [entry.title for entry in self.probe.entries if entry.title][:SAMPLES]


@router.get("")
def empty(request: Request) -> Response:
    return page(request, "add_source.html", task=None, url="", seconds=SECONDS)


@router.post("")
def look(request: Request, url: Annotated[str, Form(max_length=2048)]) -> Response:
    """Starts the examination; the page shows its progress."""
    office, address = office_of(request), stated_address(url)
    happened(request, "source-looked-for", address)
    task = web_state(request.app).tasks.start(Look(address), lambda say: looked(office, address, say))
    return RedirectResponse(f"/add-source/{task.id}", 303)


@router.get("/{name}")
def results(request: Request, name: str) -> Response:
    office, task = office_of(request), task_of(request, name, Look)
    found = found_in(office, task.result or ())
    return page(
        request,
        "add_source.html",
        task=task,
        url=task.about.url,
        seconds=SECONDS,
        found=found,
        homeless=sorted({host_of(f.probe.source.url) for f in found if not f.home}),
        levels=get_args(Level),
        media=get_args(Medium),
    )


@router.post("/{name}")
def add(
    request: Request,
    name: str,
    chosen: Annotated[list[int] | None, Form()] = None,
    outlet: Annotated[str, Form(max_length=200)] = "",
    level: Annotated[Level | None, Empty, Form()] = None,
    medium: Annotated[Medium | None, Empty, Form()] = None,
) -> Response:
    """Adds the chosen sources, given by number."""
    office, task = office_of(request), task_of(request, name, Look)
    if not task.done or task.failed:
        raise HTTPException(409, _("That was done already, or is not ready yet."))
    wanted = [probe for number, probe in enumerate(task.result, 1) if number in (chosen or ())]
    if not wanted:
        raise UsageError(_("Choose at least one of those that were found."))
    new = NewOutlet(outlet.strip() or host_of(task.about.url), level, medium) if level and medium else None
    written = save_chosen(office, wanted, new)
    for probe in wanted:
        stated = {"kind": probe.source.kind, "url": probe.source.url}
        happened(request, "source-added", probe.source.id, None, stated)
    return page(request, "source_added.html", written=written)


def looked(office: Office, address: str, say: Say) -> list[Probe]:
    """Examines a site under the same guard as every fetch. Raises UsageError with what to do if nothing is found."""
    try:
        found = discover(office.settings, office.programme, address, say, SECONDS)
    except FetchError as error:
        raise UsageError(f"{error} ({error.reason}): {remedy(error.reason)}") from error
    if not found:
        raise UsageError(
            _(
                "{url} has neither feeds nor sitemaps nor a list that can be read. Try the page of one column.",
                url=address,
            )
        )
    return found


def found_in(office: Office, probes: Sequence[Probe]) -> list[Found]:
    """Describes each source separately, with respect to the present file."""
    return [_found(office, number, probe) for number, probe in enumerate(probes, 1)]


def save_chosen(office: Office, probes: Sequence[Probe], new: NewOutlet | None) -> str:
    """Writes the chosen sources and returns the added text. Raises UsageError if an outlet has to be named first;
    nothing is written then."""
    folder = office.programme.folder
    check_writable(folder)
    with _saving:
        additions = Additions(load_programme(folder))
        before = additions.text
        for probe in probes:
            url = probe.source.url
            if additions.known(url):
                continue
            if new is None and additions.home(url) is None:
                raise UsageError(
                    _(
                        "Nobody knows the level and the medium of {host}: choose both, then save again.",
                        host=host_of(url),
                    )
                )
            additions.add(probe.source, new)
        if additions.text != before:
            save(folder, additions.text)
    return shown(folder, before, additions.text)


def _found(office: Office, number: int, probe: Probe) -> Found:
    additions = Additions(office.programme)
    url, before = probe.source.url, additions.text
    known = additions.known(url)
    home = additions.home(url)
    if known is None and home:
        additions.add(probe.source)
    gained = "" if additions.text == before else shown(office.programme.folder, before, additions.text)
    return Found(number, probe, known, home.name if home else None, gained)
