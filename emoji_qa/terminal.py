"""Commands in any terminal: one that lacks the letters, and a reader who leaves (`| head`)."""

import os
import sys
from collections.abc import Callable
from functools import wraps

GONE = 141  # what a shell says of a command whose reader has left: 128 + SIGPIPE


def command(main: Callable[..., int | None]) -> Callable[..., int | None]:
    """The main function of a command: what a terminal cannot show becomes “?”, and it ends quietly when nobody reads on."""

    @wraps(main)
    def running(*arguments, **options) -> int | None:
        for output in (sys.stdout, sys.stderr):
            if hasattr(output, "reconfigure"):
                output.reconfigure(errors="replace")
        try:
            status = main(*arguments, **options)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(
                os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
            )  # for what Python has yet to flush at its end
            return GONE
        return status

    return running
