"""A form that was sent, with all that is known when it is let in."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.intake.records import Submission
from bridge.profiles.consent import State
from bridge.program.model import Form
from bridge.store.profiles import ProfileRow
from bridge.store.submissions import SubmissionRow


@dataclass(frozen=True, slots=True)
class SentForm:
    """A submission as it came, the form of the programme that was filled in, and how it is stored."""

    submission: Submission
    form: Form
    row: SubmissionRow


@dataclass(frozen=True, slots=True)
class Arrival:
    """The same with whose it is.

    profile: locked. before: what the person allowed until now. browser: from where it was sent, where that may be
    known.
    """

    sent: SentForm
    profile: ProfileRow
    is_new: bool
    before: Mapping[str, State]
    browser: str | None

    @property
    def submission(self) -> Submission:
        """As it came."""
        return self.sent.submission

    @property
    def wanted(self) -> set[str]:
        """Purposes that are ticked on it."""
        return {purpose for purpose, answer in self.submission.consents.items() if answer.given}

    @property
    def newly_wanted(self) -> set[str]:
        """Those that were not given before."""
        return {purpose for purpose in self.wanted if self.before.get(purpose) != "given"}
