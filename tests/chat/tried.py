"""A chat worker in this process that is asked to load a model and to say how fast it is."""

from personal_ai import messages
from personal_ai.messages import Message
from personal_ai.worker import WorkerDied
from tests.chat.scripted import ScriptedWorker


class TriedWorker(ScriptedWorker):
    """Loads and measures, or dies, or refuses; with a `width` the file is a projector for models as wide."""

    dies = False
    width = 0

    def send(self, message: Message) -> None:
        if self.dies and isinstance(message, messages.MeasureDecode | messages.MeasureSight):
            raise WorkerDied("aborted", -6)
        super().send(message)
        if self.fails and isinstance(message, messages.Load):
            self._replies[-1] = self.fails
        if isinstance(message, messages.MeasureDecode):
            self._replies.append(messages.DecodeMeasured(id=1, tokens=32, bare_seconds=1.0, engine_seconds=2.0))
        if isinstance(message, messages.Inspect):
            self._replies.append(messages.Inspected(path=message.path, width=self.width))
        if isinstance(message, messages.MeasureSight):
            self._replies.append(messages.SightMeasured(id=1, tokens=80, seconds=2.0))
