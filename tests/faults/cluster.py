"""A stack's brokers: its usual one, or several that each keep all of the records."""

from standalone import kafka
from standalone.children import Process
from standalone.state import State

FACTORS = (
    *("offsets.topic.replication.factor", "transaction.state.log.replication.factor"),
    "share.coordinator.state.topic.replication.factor",
)


class Cluster:
    """Every node is broker and controller."""

    def __init__(self, state: State, size: int) -> None:
        self._state, self._size = state, size
        self.names = ["kafka", *(f"kafka-{n}" for n in range(2, size + 1))]

    @property
    def ports(self) -> list[str]:
        """What must be chosen for them."""
        return [port for name in self.names for port in (name, f"{name}-controller")]

    @property
    def bootstrap(self) -> str:
        return ",".join(f"127.0.0.1:{self._state.port(name)}" for name in self.names)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process that meets them."""
        return {"RINGBACK_KAFKA": self.bootstrap, "RINGBACK_REPLICATION": str(self._size)}

    async def process(self, name: str) -> Process:
        """A record is there once all but one of them have it."""
        if self._size == 1:
            return await kafka.broker(self._state)
        several = {
            "node.id": self.names.index(name) + 1,
            "controller.quorum.voters": self._voters(),
            "min.insync.replicas": self._size - 1,
            **dict.fromkeys(FACTORS, self._size),
        }
        return await kafka.broker(self._state, several, name=name)

    def _voters(self) -> str:
        ports = enumerate((self._state.port(f"{name}-controller") for name in self.names), start=1)
        return ",".join(f"{n}@127.0.0.1:{port}" for n, port in ports)
