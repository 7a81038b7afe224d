"""How a good row of a sample archive is made to fail."""

Row = dict[str, str]

#: What is put over a good row to make it fail; `surplus` becomes a cell without a header.
SPOILERS: dict[str, tuple[Row, ...]] = {
    "contacts": (
        {"Phone": "", "E-mail": ""},
        {"Phone": "000-000-0000", "E-mail": ""},
        {"Phone": "4.15555E+09", "E-mail": ""},
        {"Phone": "", "E-mail": "ada at home"},
        {"First Name": "Nul\0"},
        {"Company": "x" * 1_001},
        {"surplus": "one cell too many"},
    ),
    "conversations": (
        {"external_conversation_id": "", "our_number": ""},
        {"external_conversation_id": "", "contact_phone": "+14155550; 000"},
        {"status": "y" * 1_001},
        {"surplus": "one cell too many"},
    ),
    "messages": (
        {"sent_at": ""},
        {"sent_at": "yesterday"},
        {"sent_at": "13/45/2025 1:00 PM"},
        {"to": "000-000-0000", "from": "+14155559999"},
        {"from": "4.15555E+09", "to": "+14155559999"},
        {"from": "+14155550001", "to": "+14155550002", "direction": "sideways"},
        {"conversation_id": "", "from": "", "to": ""},
        {"surplus": "one cell too many"},
    ),
    "calls": (
        {"Started At": ""},
        {"Started At": "soon"},
        {"From": "not a number at all", "To": "+14155559999"},
        {"From": "+14155550001", "To": "+14155550002", "Direction": ""},
        {"surplus": "one cell too many"},
    ),
}
