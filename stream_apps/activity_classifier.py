"""Classifies the text of an activity by the same rules as other text (counting.md, Activities)."""

from config.catalogue import Catalogue, load_catalogue
from config.programme import Programme
from models.counting.stored_activity import ReadActivity
from models.messages.activity import Activity
from models.messages.mention import Mention
from stream_apps.rules.link import Linker, rules_version
from stream_apps.rules.scope import ScopeRule


class ActivityClassifier:
    """Plain code without Faust, compiled once for a programme."""

    def __init__(self, programme: Programme, catalogue: Catalogue | None = None) -> None:
        self._catalogue = catalogue or load_catalogue(*programme.resolutions)
        self._linker = Linker(self._catalogue)
        self._scope = ScopeRule(programme.office)

    def read(self, value: bytes | None) -> ReadActivity:
        """Raises MessageError when the bytes are no activity."""
        return self.read_message(Activity.decode(value))

    def read_message(self, activity: Activity) -> ReadActivity:
        """Returns the classification of the reclassification that sent the message, else one by the present rules and
        files."""
        if activity.reading:
            return ReadActivity.as_stated(activity, activity.reading)
        return self.read_now(activity)

    def read_now(self, activity: Activity) -> ReadActivity:
        return ReadActivity(
            activity=activity,
            mentions=self.mentions(activity),
            places=self._scope.places((activity.place, activity.unit)),
            rules_version=rules_version(),
            catalogue_version=self._catalogue.version,
        )

    def mentions(self, activity: Activity) -> tuple[Mention, ...]:
        """Returns mentions of the documents that the activity states, or of its title when it states none. Offsets
        are into the joined text."""
        if not activity.resolutions:
            return self._linker.link(activity.title, "", "", activity.date)
        stated = [words for words in activity.resolutions if words in self._catalogue.documents]
        ids = tuple(_named(words) for words in stated)
        rest = "; ".join(words for words in activity.resolutions if words not in stated)
        return (*ids, *self._linker.link("", "", rest, activity.date))


def _named(document: str) -> Mention:
    return Mention(
        surface=document,
        start=0,
        end=len(document),
        zone="title",
        resolution=document,
        symbol=None,
        family="party",
        status="linked",
        rule="stated-id",
        candidates=(document,),
        because="the catalogue's own id",
    )
