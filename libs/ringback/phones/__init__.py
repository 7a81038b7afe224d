"""Who is on the line: raw cells and webhook fields to E.164 numbers and participants (rules §1)."""

from ringback.phones.numbers import looks_exponential, normalize, participant

__all__ = ["looks_exponential", "normalize", "participant"]
