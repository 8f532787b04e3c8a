"""When a process that answers looks for garbage: rarely, and never among what it is made of."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# An answer makes thousands of objects that end with it: the usual 700 would search them all several times.
_NEW_OBJECTS_MAX = 50_000


@contextmanager
def staying() -> Iterator[None]:
    """What is made inside, modules too, is there for good: it is never searched for garbage again.

    A search through all of an assembled program takes a third of a second, in which nobody is answered.
    """
    # Nothing of what is made now is garbage soon: looking for it takes a fifth of the time.
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS_MAX, 10, 10)
        gc.enable()
