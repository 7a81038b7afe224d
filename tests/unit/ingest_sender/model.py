"""What stands around the sender in its tests: the receiver's rule, and a network that does what networks do."""

from collections.abc import Iterable
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Receiver:
    """Takes only sequence = seen + 1; the close is rows + 1."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.taken: list[int] = []
        self.closed = False

    @property
    def seen(self) -> int:
        return len(self.taken)

    def receive(self, numbers: Iterable[int]) -> tuple[int, bool]:
        """A batch; what it answers is its tally."""
        for number in numbers:
            if self.closed or number != self.seen + 1:
                continue
            if number == self._rows + 1:
                self.closed = True
            else:
                self.taken.append(number)
        return self.seen, self.closed


class Network(Generic[T]):
    """In order, until something happens to it."""

    def __init__(self) -> None:
        self.items: list[T] = []

    def put(self, items: Iterable[T]) -> None:
        self.items.extend(items)

    def take(self, index: int) -> T:
        return self.items.pop(index)

    def take_first(self, share: float) -> list[T]:
        count = round(share * len(self.items))
        taken, self.items = self.items[:count], self.items[count:]
        return taken

    def lose(self, random: Random) -> None:
        start = random.randint(0, len(self.items))
        del self.items[start : start + random.randint(1, 300)]

    def lose_all(self, _: Random) -> None:
        self.items.clear()

    def repeat(self, random: Random) -> None:
        start = random.randint(0, len(self.items))
        self.items.extend(self.items[start : start + random.randint(1, 300)])

    def reorder(self, random: Random) -> None:
        start, length = random.randint(0, len(self.items)), random.randint(2, 300)
        piece = self.items[start : start + length]
        random.shuffle(piece)
        self.items[start : start + length] = piece
