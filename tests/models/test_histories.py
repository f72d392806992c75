"""Random histories through the real way into the database, against the counter that knows only counting.md.

Publish, revise, re-date, correct, withdraw, merge, report, reclassify, file; repeated, reordered, replayed, read again by other
rules and by another programme, and cut off before the commit.
`LANTOA_CHAOS=1` (make chaos) runs the long form.
"""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from reference_counter import count
from sqlalchemy import event

from config.catalogue import load_catalogue
from config.programme import Programme, load_programme
from config.settings import SHIPPED_PROGRAMME, load_settings
from models.counting.classification_history import Placed, Position
from models.counting.figures import figures
from models.counting.period import parse_period
from models.counting.stored_activity import ReadActivity
from models.database import make_engine, migrate, writing
from models.messages.activity import Activity
from models.messages.correction import Correction
from models.messages.item import Classified, Item
from models.messages.mention import Mention
from models.queries.filed_reports import reports
from models.queries.report_changes import changes
from models.queries.tally import cell_figures, of_cell
from models.store.batch_writer import Writer
from models.store.reports import freeze

LONG = os.environ.get("LANTOA_CHAOS") == "1"
CATALOGUE = load_catalogue()
PROGRAMME = load_programme(SHIPPED_PROGRAMME)
OF_OTHERS = Programme(
    office=PROGRAMME.office.model_copy(update={"id": "can-tho", "timezone": "America/New_York"}),
    outlets=PROGRAMME.outlets,
    folder=PROGRAMME.folder,
)
PLENUMS = {i: p for i in CATALOGUE.documents if (p := CATALOGUE.plenum_of(i))}
DOCUMENTS = ("NQ-42-TW-XIII", "NQ-43-TW-XIII", "NQ-29-TW-XIII", "NQ-57-TW-XIII")
WORDS = [f"chữ{n}" for n in range(60)]
TEXTS = {
    "none": "",
    "short": " ".join(WORDS[:29]),
    "whole": " ".join(WORDS),
    "whole again": " ".join(WORDS).upper(),
    "tail changed": " ".join([*WORDS[:55], *WORDS[:5]]),
    "tail changed more": " ".join([*WORDS[:50], *WORDS[:10]]),
    "another": " ".join(reversed(WORDS)),
}
YEAR = parse_period("2024")
NOTHING = figures({})
START = datetime(2024, 3, 28, 1, 0, tzinfo=UTC)
items = st.sampled_from(["a", "b", "c", "d"])
hours = st.integers(0, 400).map(lambda n: START + timedelta(hours=n))
documents = st.lists(st.sampled_from(DOCUMENTS), max_size=2, unique=True).map(tuple)
days = st.dates(date(2024, 3, 20), date(2024, 4, 20))
counts = st.none() | st.integers(0, 90)
publications = st.fixed_dictionaries(
    {
        "kind": st.just("item"),
        "item": items,
        "fetched": hours,
        "claimed": st.none() | hours,
        "text": st.sampled_from(sorted(TEXTS)),
        "linked": documents,
        "ambiguous": st.booleans(),
        "in_scope": st.sampled_from([True, True, True, False]),
        "form": st.sampled_from(["brief", "article"]),
        "generation": st.sampled_from([0, 0, 0, 1, 2]),
    }
)
decisions = {
    "in_scope": st.booleans(),
    "resolutions": documents,
    "channel": st.just("radio"),
    "form": st.just("video"),
    "published": days,
    "same_as": items,
}
corrections = st.fixed_dictionaries(
    {
        "kind": st.just("correction"),
        "item": items,
        "made_at": hours,
        "fields": st.one_of(
            st.fixed_dictionaries({"same_as": items}), st.fixed_dictionaries({}, optional=decisions)
        ),
        "withdraws": st.sampled_from([None, None, None, 0, 1, 2]),
    }
)
activity_rows = st.fixed_dictionaries(
    {
        "kind": st.just("report"),
        "row": st.sampled_from(["r1", "r2", "r3"]),
        "reported_at": hours,
        "activity_kind": st.sampled_from(["oral_session", "conference", "mobile_information", "exhibition"]),
        "day": days,
        "linked": documents,
        "ambiguous": st.booleans(),
        "numbers": st.fixed_dictionaries(
            {"sessions": st.integers(0, 12), "points": counts, "participants": counts, "invited": counts}
        ),
        "generation": st.sampled_from([0, 0, 0, 1, 2]),
    }
)


def mention(document: str | None) -> Mention:
    status = "linked" if document else "ambiguous"
    return Mention("Nghị quyết", 0, 10, "title", document, None, "party", status, "symbol")  # type: ignore[arg-type]


class Cut(Exception):
    """The process is killed: after the work, before the commit."""


def kill(_connection: object) -> None:
    raise Cut


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Classified] = []
        self.corrections: list[Correction] = []
        self.activities: list[ReadActivity] = []
        self.log: list[Placed[Classified | Correction | ReadActivity]] = []
        self.make_database()

    def make_database(self) -> None:
        self.filed: dict[int, dict[str, Any]] = {}
        self.folder = TemporaryDirectory()
        self.engine = make_engine(load_settings(data_dir=Path(self.folder.name), database_url=""))
        migrate(self.engine)
        self.writer = Writer(self.engine, PROGRAMME, CATALOGUE)
        self.writer_of_others = Writer(self.engine, OF_OTHERS, SimpleNamespace(plenums={}))

    @rule(
        arrivals=st.lists(
            st.one_of(publications, publications, corrections, activity_rows), min_size=4, max_size=12
        )
    )
    def arrive(self, arrivals):
        """Runs of one kind come as one batch, as they do from one topic."""
        made = [self.make(**arrival) for arrival in arrivals]
        for _, run in groupby(made, lambda placed: type(placed.message)):
            self.writer.write(list(run), 0)

    @rule(arrivals=st.lists(publications, min_size=1, max_size=4))
    def be_killed_before_the_commit(self, arrivals):
        made = [self.make(**arrival) for arrival in arrivals]
        event.listen(self.engine, "commit", kill)
        with suppress(Cut):
            self.writer.write(made, 0)
        event.remove(self.engine, "commit", kill)
        self.writer.write(made, 0)

    def make(self, kind, **arrival):
        """The next message of its topic."""
        made = {"item": self.make_item, "correction": self.make_correction, "report": self.make_report}[kind](
            **arrival
        )
        {"item": self.messages, "correction": self.corrections, "report": self.activities}[kind].append(made)
        self.log.append(Placed(made, Position(len(self.log), len(self.log))))
        return self.log[-1]

    def make_item(self, item, fetched, claimed, text, linked, ambiguous, in_scope, form, generation):
        revision = f"{text} {form} {claimed}"
        mentions = [mention(name) for name in linked] + ([mention(None)] if ambiguous else [])
        published = Item(
            id=item,
            identity=f"article:{item}",
            revision=revision,
            outlet=f"outlet-{ord(item) % 3}",
            source="home",
            url=f"https://bao.vn/{item}",
            title="Tin",
            text=TEXTS[text],
            claimed=claimed,
            date_flag=None if claimed else "date-missing",
            fetched_at=fetched,
        )
        return Classified(
            item=published,
            mentions=tuple(mentions),
            in_scope=in_scope,
            places=("Hậu Giang",) if in_scope else (),
            channel="central_press" if item < "c" else "local_press",
            form=form,
            level="central" if item < "c" else "provincial",
            partner=True,
            rules_version="1",
            catalogue_version="1",
            generation=generation,
        )

    def make_report(self, row, reported_at, activity_kind, day, linked, ambiguous, numbers, generation):
        activity = Activity(
            id=row,
            identity=f"id:{row}",
            revision=f"{activity_kind} {day} {numbers}",
            reported_at=reported_at,
            kind=activity_kind,
            date=day,
            unit="Huyện ủy",
            generation=generation,
            **numbers,
        )
        mentions = [mention(name) for name in linked] + ([mention(None)] if ambiguous else [])
        return ReadActivity(activity, tuple(mentions), (), "1", "1")

    def make_correction(self, item, made_at, fields, withdraws):
        mine = [c.id for c in self.corrections if c.item == item]
        taken_back = mine[withdraws % len(mine)] if mine and withdraws is not None else None
        return Correction(
            id=f"{len(self.corrections):04}",
            item=item,
            made_at=made_at,
            by="cán bộ",
            because="đọc lại bài",
            withdraws=taken_back,
            **fields,
        )

    @precondition(lambda self: self.log)
    @rule(data=st.data(), by_others=st.booleans())
    def deliver_again(self, data, by_others):
        """Also to a worker by another programme and catalogue, with another time zone."""
        again = data.draw(st.lists(st.integers(0, len(self.log) - 1), min_size=1, max_size=5))
        writer = self.writer_of_others if by_others else self.writer
        for kind in (Classified, Correction, ReadActivity):
            writer.write([self.log[i] for i in again if isinstance(self.log[i].message, kind)], 0)

    @precondition(lambda self: self.messages or self.activities)
    @rule(data=st.data(), by=publications, read=activity_rows)
    def classify_again_by_other_rules(self, data, by, read):
        """The group has lost its offsets: the same revision again, at a later place, as other rules decide it."""
        old = data.draw(st.sampled_from([*self.messages, *self.activities]))
        mentions = tuple(mention(name) for name in (by if isinstance(old, Classified) else read)["linked"])
        if isinstance(old, Classified):
            decided = {"mentions": mentions, "in_scope": by["in_scope"], "form": by["form"]}
            new: Any = old.model_copy(update=decided)
        else:
            new = replace(old, mentions=mentions)
        (self.messages if isinstance(old, Classified) else self.activities).append(new)
        self.log.append(Placed(new, Position(len(self.log), len(self.log))))
        before = self.figures()
        self.writer_of_others.write([self.log[-1]], 0)
        assert self.figures() == before

    @precondition(lambda self: self.log)
    @rule(random=st.randoms(use_true_random=False))
    def replay_in_another_order(self, random):
        self.teardown()
        self.make_database()
        log = [*self.log, *random.sample(self.log, len(self.log) // 2)]
        random.shuffle(log)
        for message in log:
            self.writer.write([message], 0)

    @rule()
    def file_a_report(self):
        with writing(self.engine) as connection:
            number = freeze(connection, PROGRAMME, YEAR, "cán bộ")
        total = self.expected().get(("2024", (), ()), NOTHING)
        self.filed[number] = total

    @invariant()
    def filed_reports_stay_as_they_were(self):
        with self.engine.connect() as connection:
            found = {row.id: row.figures["totals"] for row in reports(connection, PROGRAMME)}
            assert found == self.filed
            for row in reports(connection, PROGRAMME)[-1:]:
                listed = list(changes(connection, PROGRAMME, row, YEAR))
                total = self.expected().get(("2024", (), ()), NOTHING)
                came = sum(c.change == "arrived" and c.kind == "item" for c in listed)
                went = sum(c.change == "gone" and c.kind == "item" for c in listed)
                assert row.figures["totals"]["items"] + came - went == total["items"]

    def expected(self):
        return count(self.messages, self.corrections, self.activities, PROGRAMME, PLENUMS)

    def figures(self):
        with self.engine.connect() as connection:
            rows = connection.execute(cell_figures()).mappings().all()
        return {row["key"]: of_cell(row) for row in rows}

    @invariant()
    def the_cells_are_what_counting_says(self):
        expected = self.expected()
        assert self.figures() == {key_of(*cell): figures for cell, figures in expected.items()}

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()


def key_of(period, names, values):
    named = ",".join(f"{name}={value or ''}" for name, value in zip(names, values, strict=True))
    return f"{PROGRAMME.id}|{period}|{named}"


TestHistory = History.TestCase
TestHistory.settings = settings(
    max_examples=400 if LONG else 30,
    stateful_step_count=40 if LONG else 8,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
TestHistory.pytestmark = [pytest.mark.timeout(3600 if LONG else 300)]
