"""`python -m services.calls worker|api|migrate`."""

from pathlib import Path

from ringback.ledger.process import main
from services.calls.settings import CallsSettings
from services.calls.worker import DOMAIN

if __name__ == "__main__":
    main(DOMAIN, CallsSettings(), Path(__file__).parent)
