"""A tenant's records as files that an import reads back: CSV, XLSX, JSON, NDJSON.

A service says which columns its records have (its own `exports`); here is what all of them need: how a cell is written,
a writer for each format, pages out of one snapshot, and the download, which no slow reader holds up.
"""
