"""The journal: what arrived from outside is on this machine's disk before it is answered.

One SQLite file for each writing process, because two writers in one file wait for each other. What need not be
flushed to the disk is appended to a plain file beside it and taken in by whoever reads. Whoever ingests reads all
files of the folder and deletes what it has taken over.
"""

from bridge.journal.file import private_folder
from bridge.journal.folder import copy_journal, depth, forget, journal_files, readers
from bridge.journal.reader import JournalReader, Row
from bridge.journal.writer import JournalWriter

__all__ = [
    "JournalReader",
    "JournalWriter",
    "Row",
    "copy_journal",
    "depth",
    "forget",
    "journal_files",
    "private_folder",
    "readers",
]
