"""`python -m services.contacts worker|api|migrate`."""

from pathlib import Path

from ringback.ledger.process import main
from services.contacts.settings import ContactsSettings
from services.contacts.worker import DOMAIN

if __name__ == "__main__":
    main(DOMAIN, ContactsSettings(), Path(__file__).parent)
