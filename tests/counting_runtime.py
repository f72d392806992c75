"""Services without processes: what is published is counted at once, or stays in the topic."""

from dataclasses import replace

from config.catalogue import load_catalogue
from lantoa.runtime.services import Outcome, Runtime
from lantoa.web.office import web_state
from models.messages.correction import Correction
from models.store.batch_writer import Writer


class CountingRuntime(Runtime):
    """Writes corrections as a worker does; `takes` says whether one is there."""

    def __init__(self, office, *, takes=True):
        super().__init__(office.settings, lambda: "127.0.0.1:9", lambda _said: None)
        self._writer = Writer(office.engine, office.programme, load_catalogue())
        self._takes = takes

    def publish_and_wait(self, sent, *_, **_how):
        messages = [Correction.decode(value) for _topic, _key, value, _headers in sent]
        if self._takes:
            self._writer.write(messages, 0)
        return Outcome(counted=self._takes)


def counting_at_once(app, **stated):
    """The application with such services in place of Kafka."""
    state = web_state(app)
    state.office = replace(state.office, runtime=CountingRuntime(state.office, **stated))
    return app
