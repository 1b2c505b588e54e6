"""From when on a hit looks like a machine's: the numbers, each with its reason."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Burst:
    """So many different things within that time, both ends included."""

    count: int
    within: timedelta

    def __str__(self) -> str:
        return f"{self.count} in {self.within.total_seconds():g}s"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How hits are judged; `[verdicts]` of the programme.

    bursts: different links of one mail. Nobody decides twice within a second; reading even a short page takes a
    few. recipients: people of one organisation whose mails are followed; colleagues do not react like that, the
    gateway in front of them does. hints: how many weak signs together are as good as a strong one; each happens to
    people now and then, two at once hardly ever. proof_reaches_back: a form or a used page speaks for clicks of the
    same browser as long as a visit lasts. hidden_link: whether mails carry a link that people do not see.
    """

    bursts: tuple[Burst, ...] = (
        Burst(2, timedelta(seconds=1)),
        Burst(3, timedelta(seconds=10)),
        Burst(4, timedelta(seconds=60)),
    )
    recipients: Burst = Burst(3, timedelta(seconds=60))
    hints: int = 2
    proof_reaches_back: timedelta = timedelta(minutes=30)
    hidden_link: bool = False
