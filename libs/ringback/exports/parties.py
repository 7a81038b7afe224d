"""`from`, `to` and `direction` out of our number and the participants, as an import makes these of those. Pure."""

from collections.abc import Sequence

from ringback.exports.cells import Row


def parties(our_number: str, participants: Sequence[str], direction: str, sender: str | None = None) -> Row:
    """Of a group's message whose sender nobody knows, `from` is the first participant: without one it is no message."""
    if direction == "outbound":
        return {"from": our_number, "to": list(participants), "direction": direction}
    # Our own number is a participant of what it sent to itself; only as the sender does an import keep it there.
    who = our_number if our_number in participants else sender or participants[0]
    others = [each for each in participants if each != who]
    return {"from": who, "to": [our_number, *others], "direction": direction}
