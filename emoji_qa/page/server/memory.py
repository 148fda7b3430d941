"""Memory that was freed, given back to the system while the page runs.

glibc keeps what is freed between blocks that are in use: requests of every length and kind left a page half a gigabyte larger
than what it held, without anything leaking.
"""

import ctypes
import time
from collections.abc import Callable

EVERY = 1.0  # seconds
WORK = 0.1  # seconds of processor time without which nothing can have been freed that is worth it


def _trim() -> Callable[[], object] | None:
    """glibc's `malloc_trim`; None where there is another library, as on macOS, Windows and Alpine Linux."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return lambda: trim(0)


_malloc_trim = _trim()


def give_back() -> None:
    """Give back what is free, where the C library can; a few milliseconds."""
    if _malloc_trim is not None:
        _malloc_trim()


def give_back_until(told: Callable[[float], bool]) -> None:
    """Give back what is free every second in which the process did something, until `told`, which waits so many seconds, says
    that it is time to stop."""
    before = 0.0
    while not told(EVERY):
        if time.process_time() - before > WORK:
            give_back()
            before = time.process_time()
