"""Lets commands run in any terminal: one that cannot show all characters, or whose reader stops early (`| head`)."""

import os
import sys
from collections.abc import Callable
from functools import wraps

GONE = 141  # a shell's exit status for a command whose reader has left: 128 + SIGPIPE


def command(main: Callable[..., int | None]) -> Callable[..., int | None]:
    """Wraps a command's main function: characters that a terminal cannot show become “?”, and it ends quietly if its
    reader has left."""

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
