"""Python's collector of garbage, told what it is for here: objects in circles; all else goes by itself."""

import gc

ROWS_OF_A_BATCH = 50_000
"""Objects that a batch makes, and that go with it by themselves."""
PART_OF_A_PAGE = 2_000
"""A page of the console leaves some 3,600 objects in circles; to find those of fifteen pages at once takes 60 ms."""


def keep_what_is_loaded() -> None:
    """Let the collector never look again at what there is by now, so that it stays shared with forked processes.

    See https://docs.python.org/3/library/gc.html#gc.freeze.
    """
    gc.collect()
    gc.freeze()


def collect_after(objects: int) -> None:
    """Look for circles whenever there are so many new objects."""
    gc.set_threshold(objects)
