"""Why a row fails or is warned of: every code once, with the sentence that says how to mend it (rules §3)."""

from typing import NamedTuple

FAILURES = {
    "unclosed_quote": "A quote opened in line {value} is never closed, so everything behind it is one cell: "
    'close it, and write a quote that is part of the text as "".',
    "row_too_large": "The row is larger than 512 KB as an event: shorten its longest cell or split it.",
    "not_json": "The item is no JSON that can be read ({value}): mend it.",
    "duplicate_key": "The key {value} stands in the item twice, so nobody knows which is meant: leave one of them out.",
    "too_deeply_nested": "The item is nested too deeply to be read: write it as an object of plain values.",
    "not_an_object": "The item is no object, so its values have no names: write an object whose keys are columns.",
    "too_many_cells": "The row has {value} cells and the header has fewer: put quotes around cells that hold the "
    "delimiter, or add the missing headers.",
    "bad_character": "{column} holds a character that cannot be stored (U+0000 or half of a surrogate pair): remove "
    "it, or export the file again as UTF-8.",
    "cell_too_long": "{column} is longer than the {value} characters it may have: shorten it.",
    "no_phone_or_email": "The row has neither a phone nor an email: give at least one.",
    "bad_phone": "{column} is not a valid phone number ({value}): write it with its country code, like +14155552671.",
    "bad_email": "{column} is not a valid email address ({value}): write it like name@company.com.",
    "exponential_number": "{column} was written by a spreadsheet in exponent form ({value}) and its digits are lost: "
    "format the column as text in the original and export again.",
    "bad_number": "{column} is no number that a message or call can have ({value}): write it with its country code, "
    "like +14155552671.",
    "no_id_or_numbers": "The row has no id, so it needs our_number and contact_phone: {column} is empty.",
    "missing_from": "{column} is empty, and no conversation of the archive says who took part: fill it, or give the "
    "conversation's row both of its numbers.",
    "missing_to": "{column} is empty, and no conversation of the archive says who took part: fill it, or give the "
    "conversation's row both of its numbers.",
    "no_direction": "Nothing says which way it went: write inbound or outbound in {column}, or name your own numbers "
    "in the manifest.",
    "missing_time": "{column} is empty: write a time like 2026-01-02T03:04:05Z.",
    "bad_time": "{column} is not a time that can be read ({value}): write it like 2026-01-02T03:04:05Z.",
}

WARNINGS = {
    "bad_phone": "{column} is not a valid phone number ({value}) and was left out.",
    "bad_email": "{column} is not a valid email address ({value}) and was left out.",
    "exponential_number": "{column} was written by a spreadsheet in exponent form ({value}), its digits are lost, "
    "and it was left out.",
    "unusable_numbers": "{column} holds what is no number ({value}) and was left empty.",
    "bad_time": "{column} is not a time that can be read ({value}) and was left empty.",
    "bad_duration": "{column} is not a whole number of seconds ({value}) and was left empty.",
    "not_utf8": "The file is not UTF-8 and was read as {value}: if letters look wrong, export it again as UTF-8.",
    "empty_file": "The file is empty: not even a header is in it.",
    "no_rows": "The file has a header and no rows below it.",
    "errors_file": "The last three columns (line, code, error) are those of an errors file and were left out.",
    "no_known_column": "None of the headers is known: is the first row of the file its header?",
    "duplicate_header": "{column} stands in the header more than once for one column: this one is kept as the custom "
    "field {value}.",
    "unnamed_header": "A header is blank or cannot be stored: its column is kept as the custom field {value}.",
    "unclosed_quote": "A quote opened in the header is never closed, so no row could be read: close it.",
    "nul_in_header": "A header holds a character that cannot be stored (U+0000): export the file again as UTF-8.",
    "header_too_large": "The header is longer than any row may be, so no row could be read: shorten it.",
    "digits_lost": "Row {value} has a number of more than 15 digits, of which a spreadsheet keeps 15 (so may others): "
    "format such a column as text in the original, and write it there again.",
    "other_sheets": "Of the workbook's sheets the one that was read is {value}.",
    "tenant_not_obeyed": "The body names a {column}, which is passed over: whose contacts these are is the token's.",
    "entity_guessed": "By its header it was taken for {value}, and it could be contacts: send it again with "
    "`entity` if it is, else map its columns.",
    "several_templates": "There are several templates for these headers, so none was used: send the file again with "
    "`template`, or map its columns.",
    "column_passed_over": "{column} is not imported unless somebody maps it: to keep it, send the file with `review` "
    "and map it to a custom field.",
    "header_found": "The header was found in row {value}: what stands above it was not read.",
    "count_differs": "The manifest says {column} has {value}.",
    "bad_own_number": "The manifest names an own number that is none ({value}): it was left out.",
    "bad_manifest_field": "{column} in the manifest cannot be used ({value}) and was left out.",
    "unknown_file": "{value} is none of contacts.csv, conversations.csv, messages.csv and calls.csv and was not read.",
}

_LONGEST_QUOTATION = 60


class Warning(NamedTuple):
    """Something was left out or read on an assumption; the row or file is imported all the same."""

    code: str
    message: str
    column: str | None = None


class RowFails(Exception):
    """Raised while a row is read, and turned into a `Bad` value by `rows`; `column` is the canonical name."""

    def __init__(self, code: str, column: str | None = None, value: object = "") -> None:
        super().__init__(code)
        self.code, self.column, self.value = code, column, value

    def message(self, header: str | None) -> str:
        """The sentence for people; `header` is what the column is called in their file."""
        return _sentence(FAILURES[self.code], header or self.column, self.value)


def warning(code: str, column: str | None = None, value: object = "") -> Warning:
    """A warning with its sentence from the catalogue."""
    return Warning(code, _sentence(WARNINGS[code], column, value), column)


def _sentence(template: str, column: str | None, value: object) -> str:
    return template.format(column=column or "a cell", value=_quotation(str(value)))


def _quotation(text: str) -> str:
    """A cell as a sentence can carry it: short, in one line, and storable whatever it holds."""
    line = " ".join(text.replace("\0", "\N{REPLACEMENT CHARACTER}").split())
    shown = line if len(line) <= _LONGEST_QUOTATION else line[:_LONGEST_QUOTATION] + "…"
    return shown.encode("utf-8", "replace").decode("utf-8")
