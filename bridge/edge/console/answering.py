"""What sales answers on the console: as whom whoever is signed in answers, and what the page says then."""

from dataclasses import replace

from bridge.edge.console.frame import Visit
from bridge.edge.leads import MESSAGES, read_answer
from bridge.flow.sales.record_outcome import may_answer
from bridge.qualification.outcomes import Answer
from bridge.store.handovers import HandoverRow

DONE = MESSAGES | {"accepted": "The lead is accepted."}
"""What is said after an answer: it may have been somebody else's lead."""


def answer_of(on: Visit, row: HandoverRow) -> Answer:
    """What the form says, as an answer of whoever is signed in if they have the lead or head the team that has it.

    Else it is an answer of who has the lead, and told is who gave it for them. Raises InvalidFields, in English.
    """
    account, program = on.account, on.unit.program
    person = program.people.get(account.sales_person or "")
    if person and may_answer(program, row, person.id):
        return replace(read_answer(), by=person.id)
    return replace(read_answer(), for_them=person.name if person else account.name or account.email)
