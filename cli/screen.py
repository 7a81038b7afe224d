"""The two consoles: results go to stdout, all that is said besides to stderr."""

from rich.console import Console

#: Where nobody looks, lines are not broken: a log or a pipe has no edge.
PIPE_WIDTH = 200


def screen(stderr: bool = False) -> Console:
    """Made when needed, so that it writes to what the stream is then."""
    console = Console(stderr=stderr, highlight=False, markup=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, markup=False, width=PIPE_WIDTH)


def printable(text: str) -> str:
    """A stranger's text, of a file or a server, must not steer the terminal nor break its encoding."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def say(text: str) -> None:
    """To the person, never to whoever reads stdout."""
    screen(stderr=True).print(text, soft_wrap=True)
