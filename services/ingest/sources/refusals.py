"""Why an upload is refused as a whole: every code once, with the sentence that says how to mend it."""

REFUSALS = {
    "empty_file": "The upload is empty: export it again.",
    "not_a_zip": "{file} is no ZIP, whatever its name says: make the ZIP again, or name the file by what it is.",
    "not_a_workbook": "{file} is no workbook, whatever its name says: save it again, or name it by what it is.",
    "too_much": "{file} takes more memory or time than it may: send it as CSV, which may be of any size, or in parts.",
    "workbook_too_large": "{file} unpacks to more than can be read: send the sheet as CSV, which may be of any size.",
    "workbook_damaged": "{file} is damaged ({value}): open it, save it again as XLSX, and send that.",
    "workbook_encrypted": "{file} is protected by a password: save it without one.",
    "workbook_dtd": "{file} holds XML with a DTD or entities, which no spreadsheet program writes: save it again.",
    "empty_workbook": "{file} has no sheet with anything in it that is not hidden: name the sheet, or fill one.",
    "empty_sheet": "The sheet {value} of {file} is empty: name another sheet.",
    "no_such_sheet": "{file} has no sheet {value}: give one of these names, or its number from 1.",
    "bad_json": "{file} is no JSON that can be read ({value}): mend it, or export it again.",
    "json_not_utf8": "{file} is not UTF-8, as JSON must be: save it as UTF-8, or name its encoding.",
    "json_no_list": "{file} holds no list of records: send a list of objects, or an object with one as contacts.",
    "json_no_rows": "The list in {file} is empty: there is nothing to import.",
    "too_many_items": "{file} has more than {value} contacts: send them in several requests, or as a file.",
    "no_contacts": "The body has no list `contacts`: send an object like "
    '{{"contacts": [{{"phone": "+14155552671"}}]}}.',
    "no_table": "The upload is {value}: send a ZIP of CSV files, a CSV or TSV, a workbook (XLSX, XLS, ODS), or JSON.",
    "no_bom": "{file} does not begin with the BOM that {value} needs, which says the order of its bytes: name "
    "{value}-le (as Windows writes it) or {value}-be as its encoding, or save it as UTF-8.",
    "no_such_row": "{file} has no row {value} or below it: give the row of the header.",
    "no_header": "The first row cannot be read to its end, since a quote in it is never closed: close it.",
    "header_too_large": "The header of {file} is longer than any row may be: shorten its longest cell.",
    "truncated": "The ZIP ends in the middle: the upload or the export broke off; do it again.",
    "damaged": "{file} is damaged in the ZIP: make the ZIP again.",
    "split": "The ZIP is one part of several: make a single one.",
    "too_many_entries": "The ZIP has more than {value} entries: leave out all but the CSV files and the manifest.",
    "entries_overlap": "{file} overlaps another entry of the ZIP: make the ZIP again with an ordinary program.",
    "bomb": "{file} is packed more than {value} times smaller than it is, which no real export is: make the ZIP again.",
    "too_large": "Unpacked, the files of the ZIP are larger than {value} bytes: split them over several imports.",
    "size_lies": "{file} is not as large as the ZIP says: make the ZIP again.",
    "unsafe_name": "{file} has a name that leads out of the ZIP or cannot be stored: rename it.",
    "not_a_file": "{file} is a link or a device: put the file itself into the ZIP.",
    "same_name": "{file} stands in the ZIP twice, perhaps in two folders or spellings: leave one of them out.",
    "encrypted": "{file} is encrypted: make the ZIP without a password.",
    "unknown_compression": "{file} is packed in a way that is not read here: use the ordinary one (deflate).",
    "nested_archive": "{file} is an archive inside the ZIP: put its files into the ZIP itself.",
    "spreadsheet": "{file} is an Excel workbook, whatever its name says: save it as CSV, or send it by itself.",
    "too_many_columns": "{file} has more than {value} columns: leave out those that are not needed.",
    "no_csv": "The ZIP has none of contacts.csv, conversations.csv, messages.csv and calls.csv: name its files so.",
    "manifest_too_large": "{file} is larger than {value} bytes: leave only source, exported_at, numbers and counts.",
    "bad_manifest": "{file} is no JSON that can be read ({value}): mend it or leave it out.",
}

_LONGEST_NAME = 100


class BadArchive(Exception):
    """The upload cannot be imported, by the sender's fault. `message` is for people, `file` the entry's name."""

    def __init__(self, code: str, message: str, file: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.file = code, message, file


def refusal(code: str, file: str | None = None, value: object = "") -> BadArchive:
    """With its sentence from the catalogue; names are shown as they can be shown."""
    name = shown(file) if file is not None else None
    return BadArchive(code, REFUSALS[code].format(file=name or "A file", value=value), name)


def shown(name: str) -> str:
    """A name of any bytes as one short line that can be stored."""
    line = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)
    return line if len(line) <= _LONGEST_NAME else line[:_LONGEST_NAME] + "…"
