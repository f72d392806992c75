"""A counter that knows only counting.md and looks at everything at once: what the real tables must agree with."""

# fmt: off
from collections import defaultdict
from itertools import combinations, product
from unicodedata import normalize

KEPT = [(), *((n,) for n in ("resolution", "channel", "outlet", "form", "level")), ("channel", "resolution"), ("outlet", "resolution"), ("month", "outlet")]
FIELDS = {"in_scope", "resolutions", "channel", "form", "published", "same_as"}
CHANNELS = {"oral_session": "oral", "loudspeaker_programme": "loudspeaker", "contest": "visual", "exhibition": "visual"}

def count(messages, corrections, activities, programme, plenum_of):
    """(period, dimensions, values) → the figures of everything that stands on the topics, in whatever order it arrived."""
    pieces = {m.item.id: piece(m.item.id, messages, corrections, programme) for m in messages}
    here = with_stories([p for p in pieces.values() if p["in_scope"] and not gives_way(p, pieces)])
    rows = {i: row([r for r in activities if r.activity.id == i]) for i in {r.activity.id for r in activities}}
    cells = defaultdict(lambda: ([], []))
    for kind, thing in [(0, p) for p in here] + [(1, r) for r in rows.values()]:
        day = thing["day"]
        resolutions = {*thing["resolutions"], *(plenum_of[r] for r in thing["resolutions"] if r in plenum_of)}
        values = thing | {"month": f"{day:%Y-%m}", "resolution": resolutions or (() if thing["waiting"] else {None})}
        for period, names in product((f"{day:%Y}", f"{day:%Y}-Q{(day.month + 2) // 3}", f"{day:%Y-%m}"), KEPT):
            for key in product(*(values[n] if n == "resolution" else [values[n]] for n in names)):
                cells[period, names, key][kind].append(thing)
    return {key: figures(*found) for key, found in cells.items()}

def piece(item_id, messages, corrections, programme):
    messages = [m for m in messages if m.item.id == item_id]
    last = max(messages, key=lambda m: (m.item.fetched_at, m.item.revision))
    last = first_of_the_latest_generation([m for m in messages if m.item.revision == last.item.revision], lambda m: m.generation)
    about = sorted((c for c in corrections if c.item == item_id), key=lambda c: (c.made_at, c.id))
    standing = [c for c in about if c.id not in {other.withdraws for other in about}]
    said = {field: value for c in standing for field, value in c.model_dump(include=FIELDS, exclude_none=True).items()}
    dated = sorted((m.item for m in messages if m.item.claimed and not m.item.date_flag), key=lambda i: (i.fetched_at, i.revision))
    day = said.get("published") or programme.day(dated[0].claimed if dated else min(m.item.fetched_at for m in messages))
    words = "".join(c if c.isalnum() else " " for c in normalize("NFC", f"{last.item.lead} {last.item.text}").lower()).split()
    return {"in_scope": last.in_scope, "channel": last.channel, "form": last.form, "same_as": None,
            **linked(last.mentions), **({"waiting": False} if "resolutions" in said else {}), **said,
            "id": item_id, "outlet": last.item.outlet, "level": last.level, "day": day, "flagged": not dated and "published" not in said,
            "text": {tuple(words[i:i + 5]) for i in range(len(words) - 4)} if len(words) >= 30 else set()}

def gives_way(one, pieces):
    path, after = [one["id"]], one["same_as"]
    while after in pieces and after not in path:
        path, after = [*path, after], pieces[after]["same_as"]
    return len(path) > 1 and not (after == one["id"] == min(path))

def with_stories(pieces):
    story = {p["id"]: p["id"] for p in pieces}
    for a, b in combinations([p for p in pieces if p["text"]], 2):
        if len(a["text"] & b["text"]) >= 0.8 * len(a["text"] | b["text"]) and abs((a["day"] - b["day"]).days) <= 7:
            story = {i: story[a["id"]] if s == story[b["id"]] else s for i, s in story.items()}
    return [p | {"story": story[p["id"]]} for p in pieces]

def row(reports):
    stated = max((r.activity for r in reports), key=lambda a: (a.reported_at, a.revision))
    read = first_of_the_latest_generation([r for r in reports if r.activity.revision == stated.revision], lambda r: r.activity.generation)
    return {"outlet": None, "form": None, "level": None, "channel": CHANNELS.get(stated.kind, stated.kind),
            "day": stated.date, "stated": stated, **linked(read.mentions)}

def first_of_the_latest_generation(decisions, generation):
    latest = max(map(generation, decisions))
    return next(d for d in decisions if generation(d) == latest)

def linked(mentions):
    return {"resolutions": [m.resolution for m in mentions if m.status == "linked"], "waiting": any(m.status == "ambiguous" for m in mentions)}

def figures(items, rows):
    sums = {n: [getattr(r["stated"], n) for r in rows] for n in ("sessions", "participants", "points", "invited")}
    stated = {n: sum(v for v in values if v is not None) for n, values in sums.items()}
    rate = sum(r["stated"].participants or 0 for r in rows if r["stated"].invited is not None)
    return {"items": len(items), "stories": len({p["story"] for p in items}), "outlets": len({p["outlet"] for p in items}),
            "waiting": sum(p["waiting"] for p in items), "flagged": sum(p["flagged"] for p in items), "activities": stated["sessions"],
            "participants": stated["participants"], "points": stated["points"] if {*sums["points"]} - {None} else None,
            "invited": stated["invited"] if {*sums["invited"]} - {None} else None,
            "attendance_rate": round(rate / stated["invited"], 6) if stated["invited"] else None}
