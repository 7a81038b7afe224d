"""What the columns of a table mean. Pure: it is handed a header and some rows, and hands back what it thinks."""

from services.ingest.mapping.check import Fault, faults, missing
from services.ingest.mapping.contest import CERTAIN
from services.ingest.mapping.offer import Offer, again, kept, offer, passed_over
from services.ingest.mapping.suggest import LOOKED_AT, Suggestion, suggest
from services.ingest.mapping.template import Template, applied, doubled, fingerprint
from services.ingest.mapping.trial import Trial, trial

__all__ = [
    "CERTAIN",
    "LOOKED_AT",
    "Fault",
    "Offer",
    "Suggestion",
    "Template",
    "Trial",
    "again",
    "applied",
    "doubled",
    "faults",
    "fingerprint",
    "kept",
    "missing",
    "offer",
    "passed_over",
    "suggest",
    "trial",
]
