"""How long what is known of people is kept: the numbers, each with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """When what is known is forgotten; `[retention]` of the programme.

    unconfirmed_days: people who neither confirmed their address nor asked sales for something, after their newest
    form: as long as the button of the confirmation mail works. address_days: network addresses, and what browsers
    say beside them: judgement looks back for minutes, abuse is noticed within days. silent_months: everybody, after
    the last sign of life: a reason of sales may put a lead off for so long.
    """

    unconfirmed_days: int = 14
    address_days: int = 7
    silent_months: int = 24
