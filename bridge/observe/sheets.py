"""Rows for spreadsheets, wherever they are written: as RFC 4180 has them, and nothing in them is a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

from bridge.observe.visible import cell


def sheet(
    rows: Iterable[Iterable[object]], ends: str = "\r\n", between: str = ",", *, telephones: bool = False
) -> str:
    """The rows as lines of CSV. ends: how a line ends, other than RFC 4180 wants it where a terminal shows it.

    between: what stands between two cells. telephones: as in `cell`.
    """
    written = StringIO()
    csv.writer(written, delimiter=between, lineterminator=ends).writerows(
        [cell(value, telephones=telephones) for value in row] for row in rows
    )
    return written.getvalue()
