"""Records that name a conversation: messages and calls."""

from ringback.fold.identity import KeyedRecord


class NamingRecord(KeyedRecord, kw_only=True, eq=False):
    """The conversation as its source names it: one field in two columns."""

    conversation_source: str | None = None
    external_conversation_id: str | None = None

    @property
    def conversation_ref(self) -> tuple[str, str] | None:
        """(source, id), or None where it names none."""
        if self.conversation_source is None or self.external_conversation_id is None:
            return None
        return (self.conversation_source, self.external_conversation_id)

    @conversation_ref.setter
    def conversation_ref(self, value: tuple[str, str]) -> None:
        self.conversation_source, self.external_conversation_id = value
