"""A server that is there and does not let us in."""


class Refused(Exception):
    """A setting must be mended, which the text names. Waiting mends nothing: the process ends, and says why."""
