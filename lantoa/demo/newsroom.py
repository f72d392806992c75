"""The newsroom of the simulation: drafts single pieces, each with the plan of what it says."""

from dataclasses import replace
from datetime import datetime
from random import Random

from lantoa.demo.cast import Feed, Outlet
from lantoa.demo.demo_pieces import Article, DemoText
from lantoa.demo.language import ZONES, TextPlan, TextWriter
from lantoa.demo.references import load_references
from lantoa.demo.spelling import respelt

SECTIONS = ("thoi-su", "chinh-tri", "kinh-te", "xa-hoi", "dia-phuong")
# form → how a title shows it, and the folder of the address that shows it
FRAMES = {
    "infographic": ("[Infographic] {}", "Infographic: {}", "Đồ họa: {}"),
    "graphic_3d": ("[3D] {}", "{} [Đồ họa 3D]"),
    "video": ("Video: {}", "{} [Video]", "VIDEO | {}"),
    "audio": ("[Podcast] {}", "Podcast: {}"),
    "photo": ("Chùm ảnh: {}", "[Ảnh] {}", "{} (Photo)"),
    "multimedia": ("[E-Magazine] {}", "{} [Longform]", "Megastory: {}"),
}
FOLDERS = {
    "infographic": "infographics",
    "video": "video",
    "audio": "podcast",
    "photo": "chum-anh",
    "multimedia": "longform",
}
FORMS = {
    "brief": 50,
    "article": 36,
    "infographic": 4,
    "graphic_3d": 1,
    "video": 3,
    "audio": 1,
    "photo": 3,
    "multimedia": 2,
}
SPELLING_CHANCES = {
    "": 66,
    "new_tones": 20,
    "shouted": 6,
    "icelandic_d": 2,
    "hard_spaces": 4,
    "without_marks": 2,
}


class Newsroom:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.writer = TextWriter(rng)
        self._drafted_so_far = 0

    def in_scope(self, outlet: Outlet, published: datetime) -> Article:
        """Drafts a piece that concerns the programme: it names a place, or is in a feed that is always in scope."""
        feed = self._rng.choices(outlet.feeds, weights=[3] + [1] * (len(outlet.feeds) - 1))[0]
        if feed.kind == "bulletin" and self._rng.random() < 0.12:
            return self._article(outlet, feed, published, "audio", self.writer.bulletin())
        named = () if feed.always else self._named_zones()
        plan = self._plan(named, published)
        return self._drafted(
            outlet, feed, published, replace(plan, decoy=named == ZONES and self._chance(0.04))
        )

    def elsewhere(self, outlet: Outlet, published: datetime) -> Article:
        """Drafts a piece about another province, often with a name that only resembles a place of the programme."""
        plan = replace(self._plan((), published), elsewhere=True, decoy=self._chance(0.6))
        return self._drafted(outlet, self._rng.choice(outlet.feeds), published, plan)

    def undecidable(self, article: Article) -> Article:
        """Rewrites a piece so that only a human can say which resolution it means."""
        text = self.writer.piece(TextPlan(named=ZONES, undecidable=True))
        return replace(article, revisions=(text,), form="brief", frame="{}", spelling="", section=SECTIONS[0])

    def corrected(self, article: Article) -> DemoText:
        """Drafts another text of the same form for the same piece, with other resolutions."""
        plan = self._plan(ZONES if article.in_scope else (), article.published)
        long, elsewhere = article.form == "article", not article.in_scope
        return dressed(self.writer.piece(replace(plan, long=long, elsewhere=elsewhere)), article)

    def retitled(self, article: Article) -> DemoText:
        """Keeps the text and changes the title to one that refers to nothing."""
        named = ("title",) if article.in_scope else ()
        undecidable, elsewhere = article.text.undecided, not article.in_scope
        title, _ = self.writer.title(TextPlan(named=named, elsewhere=elsewhere, undecidable=undecidable))
        only_title = dressed(DemoText(title, ""), article).title
        return replace(article.text, title=only_title, in_title=frozenset())

    def _plan(self, named: tuple[str, ...], published: datetime) -> TextPlan:
        count = self._rng.choices((0, 1, 2, 3), weights=(26, 50, 18, 6))[0]
        documents = tuple(load_references().choose(self._rng, count, published))
        in_title = bool(documents) and self._chance(0.3)
        return TextPlan(documents=documents, in_title=in_title, named=named, look_alike=self._chance(0.12))

    def _named_zones(self) -> tuple[str, ...]:
        """Returns the zones that name the place. For some pieces it is a single one."""
        return ZONES if self._chance(0.7) else (self._rng.choice(ZONES),)

    def _drafted(self, outlet: Outlet, feed: Feed, published: datetime, plan: TextPlan) -> Article:
        if feed.kind in ("podcast", "bulletin"):
            return self._article(outlet, feed, published, "audio", self.writer.spoken(plan), bool(plan.named))
        form = "video" if feed.kind == "video" else self._drawn(FORMS)
        text = self.writer.piece(replace(plan, long=form == "article"))
        return self._article(outlet, feed, published, form, text, bool(plan.named))

    def _article(
        self, outlet: Outlet, feed: Feed, published: datetime, form: str, text: DemoText, named: bool = False
    ) -> Article:
        frame, section = (
            self._shown(form, outlet) if feed.kind == "text" else ("{}", self._rng.choice(SECTIONS))
        )
        spelling = self._drawn(SPELLING_CHANCES)
        article = Article(
            outlet=outlet,
            number=self._number(outlet),
            kind=feed.kind,
            form=form,
            section=section,
            in_scope=feed.always or named,
            published=published,
            revisions=(),
            feeds=(feed,),
            story="",
            frame=frame,
            spelling="" if spelling == "without_marks" and frame != "{}" else spelling,
        )
        return replace(article, story=article.id, revisions=(dressed(text, article),))

    def _shown(self, form: str, outlet: Outlet) -> tuple[str, str]:
        """Returns the title or the folder of the address by which the reader learns the form."""
        if form in FOLDERS and "{section}" in outlet.address and self._chance(0.4):
            return "{}", FOLDERS[form]
        return self._rng.choice(FRAMES.get(form, ("{}",))), self._rng.choice(SECTIONS)

    def _number(self, outlet: Outlet) -> int:
        self._drafted_so_far += 1
        base, step = (102_240_000_000_017, 40_009) if outlet.long_numbers else (310_007, 13)
        return base + step * self._drafted_so_far

    def _drawn(self, chances: dict[str, int]) -> str:
        return self._rng.choices(list(chances), weights=list(chances.values()))[0]

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability


def dressed(text: DemoText, article: Article) -> DemoText:
    """Applies the spelling of the piece and adds the mark of its form to the title."""
    framed = replace(text, title=article.frame.format(text.title))
    return respelt(framed, article.spelling)
