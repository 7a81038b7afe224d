"""What a person says of a contact: fields set or cleared, custom keys, tags and lists added or removed (rules §7)."""

from dataclasses import dataclass, field


@dataclass
class Edit:
    """By the columns' names. None clears; of a list it says that the list itself is gone, not who is to be in it."""

    values: dict[str, str | None] = field(default_factory=dict)
    custom: dict[str, str | None] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)
    lists: dict[str, bool | None] = field(default_factory=dict)
    deletes: bool = False

    def set_values(self) -> dict[str, str]:
        """Without those cleared."""
        return {name: value for name, value in self.values.items() if value is not None}
