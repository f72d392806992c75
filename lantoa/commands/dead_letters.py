"""Dead letters sent once more to where they came from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lantoa.language import _
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Running
from lantoa.views.dead_letters import READ_AGAIN, REPLAY_OF, Letter, LetterBox, open_letters, place_of
from models.topics import LARGEST_MESSAGE, SOURCES_DUE
from producers.publish import Publisher, Sent, TooLarge, open_publisher

AT_ONCE = 500  # letters that are sent before they are waited for
BYTES_AT_ONCE = 4 * 1024 * 1024
LARGEST_UNPACKED = 16 * LARGEST_MESSAGE  # a topic's limit is on what is compressed


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a letter that was to be sent again: `back` is the new letter as which it came back, `unsent` says
    why it could not be sent; with neither it was handled, or is on its way to readers who are no workers."""

    letter: Letter
    back: Letter | None = None
    unsent: str = ""

    @property
    def on_its_way(self) -> bool:
        return not (self.back or self.unsent) and self.letter.about.topic == SOURCES_DUE.name


def replay_letters(
    running: Running, letters: Iterable[Letter], on_remaining: Callable[[Remaining], None]
) -> Iterator[Replayed]:
    """Some hundreds at a time, each time until all of them were handled. All of the letters are replayable.

    Counting knows messages by identity: to do it twice counts once. What comes back is a new letter and is not sent again.
    """
    part: list[Letter] = []
    for letter in letters:
        part.append(letter)
        if len(part) == AT_ONCE:
            yield from _replay_part(running, part, on_remaining)
            part = []
    if part:
        yield from _replay_part(running, part, on_remaining)


def _replay_part(
    running: Running, letters: Sequence[Letter], on_remaining: Callable[[Remaining], None]
) -> Iterator[Replayed]:
    settings, bootstrap = running.settings, running.bootstrap
    with (
        open_letters(settings, bootstrap) as box,
        open_publisher(settings, bootstrap, largest=LARGEST_UNPACKED) as publisher,
    ):
        first_new = box.end
        sending = _Sending(box, publisher)
        for letter in letters:
            sending.add(letter)
        sending.flush()
    running.wait(publisher.ends, on_remaining)
    with open_letters(settings, bootstrap) as box:
        came = list(box.letters(first_new))
    back = {
        sending.sent_to.get((c.about.topic, c.about.partition, c.about.offset), c.replay_of): c for c in came
    }
    for letter in letters:
        yield Replayed(letter, back.get(letter.number), sending.unsent.get(letter.number, ""))


class _Sending:
    """Letters on their way back, a bounded number of bytes at a time."""

    def __init__(self, box: LetterBox, publisher: Publisher) -> None:
        self.unsent: dict[int, str] = {}
        self.sent_to: dict[tuple[str, int, int], int] = {}  # place → the letter that was sent there
        self._box, self._publisher = box, publisher
        self._held: list[tuple[int, Sent]] = []
        self._bytes = 0

    def add(self, letter: Letter) -> None:
        whole = self._box.whole(letter)
        if whole is None:
            self.unsent[letter.number] = _("the original is gone from {place}", place=place_of(letter))
            return
        headers = [*whole.headers, (REPLAY_OF, str(letter.number).encode())]
        sent = (READ_AGAIN[letter.about.topic], whole.key, whole.value, headers)
        self._held.append((letter.number, sent))
        self._bytes += len(whole.value or b"")
        if self._bytes >= BYTES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        held, self._held, self._bytes = self._held, [], 0
        try:
            self._send(held)
        except TooLarge:
            for each in held:
                self._send_alone(*each)

    def _send_alone(self, number: int, sent: Sent) -> None:
        topic, key, value, headers = sent
        try:
            self._send([(number, sent)])
        except TooLarge:  # our own mark may be what is too much
            try:
                self._send([(number, (topic, key, value, [h for h in headers if h[0] != REPLAY_OF]))])
            except TooLarge as error:
                self.unsent[number] = str(error)

    def _send(self, held: Sequence[tuple[int, Sent]]) -> None:
        places = self._publisher.publish_bytes([sent for _number, sent in held]) if held else []
        self.sent_to |= {place: number for (number, _sent), place in zip(held, places, strict=True)}
