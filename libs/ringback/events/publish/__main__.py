"""`python -m ringback.events.publish` writes the files anew, and removes what no type makes any more."""

from ringback.events.publish import FOLDER, files


def main() -> None:
    """Run by `make contract`; a test holds the files to it."""
    made = dict(files())
    for folder in ("schemas", "examples"):
        (FOLDER / folder).mkdir(exist_ok=True)
        for stale in set((FOLDER / folder).glob("*.json")) - made.keys():
            stale.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
