"""The protocol against a network that loses, repeats and reorders, and a sender that outlives its take-over."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.ingest.sender.window import CLOSE_ANYWHERE, Window
from tests.unit.ingest_sender.model import Network, Receiver


class Protocol(RuleBasedStateMachine):
    """Two senders of one import at once (a zombie and who took over), one receiver, two lossy directions."""

    @initialize(rows=st.integers(0, 1_200))
    def start(self, rows: int) -> None:
        self.rows, self.now, self.kept = rows, 0.0, 0
        self.receiver = Receiver(rows)
        self.senders = [Window(rows, 0)]
        self.rows_sent, self.tallies = Network[int](), Network[tuple[int, bool]]()

    @rule(count=st.integers(1, 600), data=st.data())
    def send(self, count: int, data: st.DataObject) -> None:
        sender = data.draw(st.sampled_from(self.senders))
        self._send(sender, min(count, sender.room()))

    @rule(share=st.floats(0, 1))
    def receive_in_order(self, share: float) -> None:
        self._receive(self.rows_sent.take_first(share))

    @precondition(lambda self: self.rows_sent.items)
    @rule(data=st.data())
    def receive_any(self, data: st.DataObject) -> None:
        self._receive([self.rows_sent.take(data.draw(st.integers(0, len(self.rows_sent.items) - 1)))])

    @rule(data=st.data())
    def lose_repeat_or_reorder(self, data: st.DataObject) -> None:
        network = data.draw(st.sampled_from([self.rows_sent, self.tallies]))
        harm = data.draw(st.sampled_from(["lose", "repeat", "reorder", "lose_all"]))
        getattr(network, harm)(data.draw(st.randoms(use_true_random=False)))

    @rule(share=st.floats(0, 1))
    def hear(self, share: float) -> None:
        self._hear(self.tallies.take_first(share))

    @rule(seconds=st.floats(0, 40))
    def silence(self, seconds: float) -> None:
        self.now += seconds
        self._repeat()

    @rule(data=st.data())
    def the_broker_refuses(self, data: st.DataObject) -> None:
        sender = data.draw(st.sampled_from(self.senders))
        sender.lost(data.draw(st.integers(1, self.rows + 1)))

    @rule()
    def keep(self) -> None:
        self.kept = self.senders[-1].acknowledged

    @rule()
    def take_over(self) -> None:
        self.senders = [self.senders[-1], Window(self.rows, self.kept)]

    @rule()
    def hold(self) -> None:
        self.senders[-1].hold()

    @invariant()
    def every_row_is_taken_once_and_in_order(self) -> None:
        if hasattr(self, "receiver"):
            assert self.receiver.taken == list(range(1, self.receiver.seen + 1))
            assert not self.receiver.closed or self.receiver.seen == self.rows

    def teardown(self) -> None:
        """The network stops losing: who was held comes to rest, and the import ends, whatever state all this left."""
        if not hasattr(self, "receiver"):
            return
        sender = self.senders[-1]
        self._go_on(sender)
        if sender.held and not sender.closed:
            assert sender.at_rest
            self.senders = [Window(self.rows, sender.acknowledged)]
            self._go_on(self.senders[0])
        assert self.senders[-1].closed
        assert self.receiver.taken == list(range(1, self.rows + 1))

    def _go_on(self, sender: Window) -> None:
        for _ in range(20 * self.rows + 200):
            if sender.closed or sender.at_rest:
                return
            self._send(sender, sender.room())
            self._receive(self.rows_sent.take_first(1))
            self._hear(self.tallies.take_first(1))
            self.now = max(self.now, sender.deadline or self.now) if not sender.room() else self.now
            self._repeat()

    def _send(self, sender: Window, count: int) -> None:
        self.rows_sent.put(range(sender.next, sender.next + count))
        if count:
            sender.sent(count, self.now)

    def _repeat(self) -> None:
        for sender in self.senders:
            number = sender.repeat(self.now)
            assert number != CLOSE_ANYWHERE
            if number is not None:
                self.rows_sent.put([number])

    def _receive(self, numbers: list[int]) -> None:
        if numbers:
            self.tallies.put([self.receiver.receive(numbers)])

    def _hear(self, tallies: list[tuple[int, bool]]) -> None:
        for seen, closed in tallies:
            for sender in self.senders:
                sender.heard(seen, closed, self.now)


Protocol.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestProtocol = Protocol.TestCase
