"""What sales answers on the console: as whom whoever is signed in answers, and what the page says about it."""

from collections.abc import Mapping
from dataclasses import replace

from bridge.edge.console.frame import Visit
from bridge.edge.leads import DONE, MESSAGES, read_answer
from bridge.flow.sales.record_outcome import may_answer
from bridge.qualification.outcomes import Answer
from bridge.store.handovers import HandoverRow


def answer_of(on: Visit, row: HandoverRow) -> Answer:
    """What the form says, as an answer of whoever is signed in if they have the lead or head the team that has it.

    Whoever is of sales and accepts a lead that another has takes it. Else it is an answer of who has the lead, and
    told is who gave it for them. Raises InvalidFields, in English.
    """
    account, program, answer = on.account, on.unit.program, read_answer()
    person = program.people.get(account.sales_person or "")
    if person and may_answer(program, row, person.id):
        return replace(answer, by=person.id)
    if person and answer.outcome == "accepted":
        return replace(answer, by=person.id, takes_it=True)
    return replace(answer, for_them=person.name if person else account.name or account.email)


def answers_for(on: Visit, row: HandoverRow) -> str:
    """The name of whoever an answer of the one who is signed in counts as; "" when it is their own."""
    person = on.account.sales_person
    return (
        ""
        if person and may_answer(on.unit.program, row, person)
        else on.unit.program.person_name(row.sales_person)
    )


def noted_with(on: Visit, row: HandoverRow, answer: Answer) -> dict[str, str]:
    """What stands beside an answer in the audit log: which hand-over, and whose it was if it was another's."""
    is_own = answer.by == row.sales_person
    return {"handover": str(row.id)} | (
        {} if is_own else {"had_by": on.unit.program.person_name(row.sales_person)}
    )


def done_with(on: Visit, row: HandoverRow | None) -> Mapping[str, str]:
    """What is said after an answer: whoever accepted has the lead, or accepted it for somebody else."""
    is_own = row is not None and row.sales_person == on.account.sales_person
    return MESSAGES if is_own else DONE
