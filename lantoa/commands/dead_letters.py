"""Replays dead letters: each message is sent again to the topic from which it came."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lantoa.language import _
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Runtime
from lantoa.views.dead_letters import (
    READ_AGAIN,
    REPLAY_OF,
    DeadLetterRecord,
    DeadLetterTopic,
    open_dead_letters,
    original_place,
)
from models.messages.topics import LARGEST_MESSAGE, SOURCES_DUE
from producers.publish import Publisher, Sent, TooLarge, open_publisher

AT_ONCE = 500  # letters that are sent before their outcome is awaited
BYTES_AT_ONCE = 4 * 1024 * 1024
LARGEST_UNPACKED = 16 * LARGEST_MESSAGE  # a topic limits the compressed size


@dataclass(frozen=True, slots=True)
class ReplayedLetter:
    """The outcome of replaying one letter.

    `back` is the new letter if the message failed again, and `unsent` says why it could not be sent. Without either,
    it was handled or is on its way to a consumer that is not a worker.
    """

    letter: DeadLetterRecord
    back: DeadLetterRecord | None = None
    unsent: str = ""

    @property
    def on_its_way(self) -> bool:
        return not (self.back or self.unsent) and self.letter.about.topic == SOURCES_DUE.name


def replay_letters(
    runtime: Runtime, letters: Iterable[DeadLetterRecord], on_remaining: Callable[[Remaining], None]
) -> Iterator[ReplayedLetter]:
    """Replays letters, all of them replayable, some hundreds at a time, and waits until each part was handled.

    Replaying twice counts once, because messages are counted by identity. A message that fails again is not sent
    again.
    """
    part: list[DeadLetterRecord] = []
    for letter in letters:
        part.append(letter)
        if len(part) == AT_ONCE:
            yield from _replay_part(runtime, part, on_remaining)
            part = []
    if part:
        yield from _replay_part(runtime, part, on_remaining)


def _replay_part(
    runtime: Runtime, letters: Sequence[DeadLetterRecord], on_remaining: Callable[[Remaining], None]
) -> Iterator[ReplayedLetter]:
    settings, bootstrap = runtime.settings, runtime.bootstrap
    with (
        open_dead_letters(settings, bootstrap) as box,
        open_publisher(settings, bootstrap, largest=LARGEST_UNPACKED) as publisher,
    ):
        first_new = box.end
        sending = _Sending(box, publisher)
        for letter in letters:
            sending.add(letter)
        sending.flush()
    runtime.wait(publisher.ends, on_remaining)
    with open_dead_letters(settings, bootstrap) as box:
        came = list(box.letters(first_new))
    back = {
        sending.sent_to.get((c.about.topic, c.about.partition, c.about.offset), c.replay_of): c for c in came
    }
    for letter in letters:
        yield ReplayedLetter(letter, back.get(letter.number), sending.unsent.get(letter.number, ""))


class _Sending:
    """Sends letters in batches of a bounded number of bytes."""

    def __init__(self, box: DeadLetterTopic, publisher: Publisher) -> None:
        self.unsent: dict[int, str] = {}
        self.sent_to: dict[tuple[str, int, int], int] = {}  # new place → number of the letter
        self._box, self._publisher = box, publisher
        self._held: list[tuple[int, Sent]] = []
        self._bytes = 0

    def add(self, letter: DeadLetterRecord) -> None:
        whole = self._box.original(letter)
        if whole is None:
            self.unsent[letter.number] = _("the original is gone from {place}", place=original_place(letter))
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
        except TooLarge:  # our own header may exceed the limit
            try:
                self._send([(number, (topic, key, value, [h for h in headers if h[0] != REPLAY_OF]))])
            except TooLarge as error:
                self.unsent[number] = str(error)

    def _send(self, held: Sequence[tuple[int, Sent]]) -> None:
        places = self._publisher.publish_bytes([sent for _number, sent in held]) if held else []
        self.sent_to |= {place: number for (number, _sent), place in zip(held, places, strict=True)}
