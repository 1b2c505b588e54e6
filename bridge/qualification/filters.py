"""What holds a lead back before sales hears of it."""

from collections.abc import Sequence

from bridge.profiles.address import FREE_PROVIDERS
from bridge.program.desk import Filter, Territory
from bridge.qualification.leads import BY_FORM, Conditions, Lead


def filter_for(conditions: Conditions, territories: Sequence[Territory]) -> Filter | None:
    """The first filter that holds a lead back, in file order. territories: those that have the lead."""
    program, lead = conditions.program, conditions.lead
    by_form = lead.cause == BY_FORM
    asked = [one for one in program.desk.filters if one.sales_forms or not by_form]
    is_outside = bool(program.desk.territories) and not territories
    found = (one for one in asked if _fits(one, lead, is_outside) and conditions.hold(one.when))
    return next(found, None)


def _fits(one: Filter, lead: Lead, is_outside: bool) -> bool:
    """Whether all that a filter asks for is so, but for its condition."""
    return (
        (not one.domains or any(_lies_in(lead.domain, domain) for domain in one.domains))
        and (not one.private or lead.domain in FREE_PROVIDERS)
        and (not one.outside or is_outside)
        and (not one.unreachable or lead.channels.is_none)
    )


def _lies_in(domain: str, wanted: str) -> bool:
    return domain == wanted or domain.endswith(f".{wanted}")
