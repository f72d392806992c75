"""Shows one item or activity with everything behind it."""

from difflib import SequenceMatcher
from typing import Any, get_args

from fastapi import APIRouter, HTTPException, Request, Response
from markupsafe import Markup, escape

from lantoa.commands.correction_checks import known_forms
from lantoa.sources.advice import page_words
from lantoa.views.evidence import Evidence, find_items
from lantoa.web.office import Office, office_of
from lantoa.web.rendering import page
from models.database import reading
from models.messages.item import Channel
from models.queries.stored_evidence import activity_evidence, evidence, find_activity

router = APIRouter()
ZONES = {"title": "title", "lead": "lead", "text": "body"}  # field of a revision → its zone


@router.get("/items/{name}")
def item(request: Request, name: str) -> Response:
    office = office_of(request)
    with reading(office.engine) as connection:
        if name not in find_items(connection, name):
            raise HTTPException(404)
        found = evidence(connection, name)
    stands = next(each for each in found["revisions"] if each["revision"] == found["item"]["revision"])
    zones = {name: marked(stands[name], zone, found["mentions"]) for name, zone in ZONES.items()}
    changes = [
        (
            later,
            {zone: difference(earlier[zone], later[zone]) for zone in zones if earlier[zone] != later[zone]},
        )
        for earlier, later in zip(found["revisions"], found["revisions"][1:], strict=False)
    ]
    return page(
        request,
        "item.html",
        page_words=page_words,
        found=found,
        item=found["item"],
        stands=stands,
        zones=zones,
        changes=changes,
        withdrawn={each["withdraws"] for each in found["corrections"]},
        nameable=_nameable(found, office),
        channels=get_args(Channel),
        forms=known_forms(),
    )


@router.get("/activities/{name}")
def activity(request: Request, name: str) -> Response:
    office = office_of(request)
    with reading(office.engine) as connection:
        if not find_activity(connection, name):
            raise HTTPException(404)
        found = activity_evidence(connection, name)
    return page(request, "activity.html", found=found, activity=found["activity"])


def _nameable(found: Evidence, office: Office) -> list[str]:
    """Lists the documents that the item names, and those that it may name."""
    candidates = [name for each in found["mentions"] for name in each.get("candidates") or ()]
    plenums = set(office.catalogue.plenums.values())
    return [
        name for name in dict.fromkeys([*found["item"]["resolutions"], *candidates]) if name not in plenums
    ]


def marked(text: str, zone: str, mentions: list[dict[str, Any]]) -> Markup:
    """Puts the mentions of the text into `<mark>`, each with its status and its document."""
    written, at = Markup(""), 0
    here = sorted((m for m in mentions if m["zone"] == zone), key=lambda m: (m["start"], -m["end"]))
    for mention in here:
        if mention["start"] < at:
            continue  # it lies inside the previous mention
        written += escape(text[at : mention["start"]])
        named = mention.get("resolution") or ", ".join(mention.get("candidates") or ()) or mention["status"]
        words = text[mention["start"] : mention["end"]]
        written += Markup('<mark class="{}" title="{}">{}</mark>').format(mention["status"], named, words)
        at = mention["end"]
    return written + escape(text[at:])


def difference(before: str, after: str) -> Markup:
    """Compares word by word: removed words are in `<del>`, added ones in `<ins>`."""
    old, new = before.split(), after.split()
    written = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            written.append(escape(" ".join(old[a:b])))
            continue
        if b > a:
            written.append(Markup("<del>{}</del>").format(" ".join(old[a:b])))
        if d > c:
            written.append(Markup("<ins>{}</ins>").format(" ".join(new[c:d])))
    return Markup(" ").join(written)
