"""What one batch of the journal holds, sorted by what it is."""

from dataclasses import dataclass, field

from bridge.intake.records import Hit, PageUse, Record, Submission, Unsubscription, Visit, Withdrawal
from connectors.contract import Notice


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one batch, sorted by what they are, in the order of arrival."""

    withdrawals: list[tuple[Record, Withdrawal]] = field(default_factory=list)
    visits: list[tuple[Record, Visit]] = field(default_factory=list)
    submissions: list[tuple[Record, Submission]] = field(default_factory=list)
    hits: list[tuple[Record, Hit]] = field(default_factory=list)
    uses: list[tuple[Record, PageUse]] = field(default_factory=list)
    unsubscriptions: list[tuple[Record, Unsubscription]] = field(default_factory=list)
    notices: list[tuple[Record, Notice]] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Sort a record in."""
        match record.body:
            case Withdrawal() as withdrawal:
                self.withdrawals.append((record, withdrawal))
            case Visit() as visit:
                self.visits.append((record, visit))
            case Submission() as submission:
                self.submissions.append((record, submission))
            case Hit() as hit:
                self.hits.append((record, hit))
            case PageUse() as use:
                self.uses.append((record, use))
            case Unsubscription() as unsubscription:
                self.unsubscriptions.append((record, unsubscription))
            case Notice() as notice:
                self.notices.append((record, notice))
