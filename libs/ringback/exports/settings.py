"""What an API that exports reads from its environment."""

import tempfile
from pathlib import Path

from pydantic_settings import BaseSettings

from ringback.runtime.settings import CONFIG


class ExportSettings(BaseSettings):
    """Where a file lies while somebody downloads it, without a name; some 250 bytes a contact, twice that as XLSX."""

    model_config = CONFIG

    exports: Path = Path(tempfile.gettempdir())
