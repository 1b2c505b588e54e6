"""What arrives in the mailbox for bounces: reports of mails that were not taken, complaints, and all else."""

from connectors.bounces.attribution import Marks
from connectors.bounces.reading import Report, UnreadableReport, read_report, understand
from connectors.bounces.reading_apart import Apart

__all__ = ["Apart", "Marks", "Report", "UnreadableReport", "read_report", "understand"]
