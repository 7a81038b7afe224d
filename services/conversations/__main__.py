"""`python -m services.conversations worker|api|migrate`."""

from pathlib import Path

from ringback.ledger.process import main
from services.conversations.settings import ConversationsSettings
from services.conversations.worker import DOMAIN

if __name__ == "__main__":
    main(DOMAIN, ConversationsSettings(), Path(__file__).parent)
