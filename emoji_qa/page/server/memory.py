"""Returns freed memory to the system while the page runs.

glibc keeps freed memory that lies between blocks in use: after requests of every length and kind, a page occupied half
a gigabyte more than it used, without a leak.
"""

import ctypes
import time
from collections.abc import Callable

EVERY = 1.0  # seconds
WORK = 0.1  # seconds of processor time; after less work there is not enough to give back


def _trim() -> Callable[[], object] | None:
    """glibc's `malloc_trim`; None with another C library, as on macOS, Windows and Alpine Linux."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return lambda: trim(0)


_malloc_trim = _trim()


def give_back() -> None:
    """Give free memory back, if the C library can; it takes a few milliseconds."""
    if _malloc_trim is not None:
        _malloc_trim()


def give_back_until(told: Callable[[float], bool]) -> None:
    """Once a second, give free memory back if the process has done some work since, until `told` says that it is time
    to stop; `told` waits for the given seconds."""
    before = 0.0
    while not told(EVERY):
        if time.process_time() - before > WORK:
            give_back()
            before = time.process_time()
