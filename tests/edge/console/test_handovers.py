"""Hand-overs as a board: who sees what, and what sales answers there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.program.desk import Absence
from bridge.store.tables import audit_log, handovers, profiles
from tests.edge.console.conftest import SignIn
from tests.edge.site import words
from tests.house import House

BOARD = "/console/handovers"
BERG, KLEIN = "anna@beispiel.example", "paul@klein.example"


def two_leads(house: House) -> None:
    """Anna Berg asks to be called, later Paul Klein does."""
    house.lead_by_form(BERG)
    house.clock.move(hours=1)
    house.lead_by_form(KLEIN, first_name="Paul", last_name="Klein", company="Klein AG")


def test_leads_move_over_the_board_from_waiting_to_won(sign_in: SignIn, house: House) -> None:
    house.lead_by_form()
    kim = sign_in("marketing")
    [row] = house.rows(handovers)
    page = words(kim.get(BOARD).text)
    assert "Waiting for an answer 1 " in page
    assert "Anna Berg" in page
    assert "Answer due:" in page

    accepted = kim.post(f"{BOARD}/{row.id}/outcome", outcome="accepted")
    assert accepted.headers["Location"] == f"{BOARD}/{row.id}?done=accepted"
    page = words(kim.get(accepted.headers["Location"]).text)
    assert "The lead is accepted." in page
    assert "Answer due" not in page, "an answer is there"
    kim.post(f"{BOARD}/{row.id}/outcome", outcome="come_back", date="2026-03-20")
    assert "To come back on 20 March 2026" in words(kim.get(BOARD).text)
    assert "Waiting for an answer 0 " in words(kim.get(BOARD).text)

    kim.post(f"{BOARD}/{row.id}/outcome", outcome="won", amount="12.500,00")
    page = words(kim.get(BOARD).text)
    assert "Decided in the last 90 days 1 " in page
    assert "€12,500.00" in page
    house.clock.move(days=91)
    kim = sign_in("marketing", "lea@example.com")
    assert "Decided in the last 90 days 0 " in words(kim.get(BOARD).text)


@pytest.mark.parametrize("where", ["board", "person"])
def test_an_order_is_corrected_on_the_console_and_who_did_it_is_named(
    sign_in: SignIn, house: House, where: str
) -> None:
    letter = house.lead_by_form()
    for outcome in ("accepted", "won"):
        house.answer(letter, outcome)
    [row] = house.rows(handovers)
    kim, viewer = sign_in("marketing"), sign_in("viewer", "vera@example.com")
    page = f"{BOARD}/{row.id}" if where == "board" else f"/console/profiles/{row.profile_id}"
    form = page if where == "board" else f"{page}/handovers/{row.id}"
    assert f'action="{form}/outcome"' in kim.get(page).text
    assert 'id="correct-amount" name="amount" value=""' in kim.get(page).text
    assert viewer.post(f"{form}/outcome", outcome="corrected", amount="5").status_code == 403
    wrong = kim.post(f"{form}/outcome", outcome="corrected", amount="0")
    assert (wrong.status_code, "greater than 0" in wrong.text) == (422, True)
    done = kim.post(f"{form}/outcome", outcome="corrected", amount="48,400.00")
    assert done.headers["Location"] == f"{page}?done=corrected"
    assert "€48,400.00" in kim.get(done.headers["Location"]).text
    [row] = house.rows(handovers)
    assert row.note.endswith("Auftrag berichtigt: kein Betrag → 48.400,00\xa0€ (Kim Beispiel)")
    noted = [one for one in house.rows(audit_log) if one.what == "handover.corrected"]
    assert [(one.who, one.subject) for one in noted] == [("kim@example.com", str(row.profile_id))]


def test_answers_from_the_board_are_those_of_the_lead_page_and_are_noted(
    sign_in: SignIn, house: House
) -> None:
    house.lead_by_form()
    kim = sign_in("marketing")
    [row] = house.rows(handovers)
    refused = kim.post(f"{BOARD}/{row.id}/outcome", outcome="rejected", note="no reason was chosen")
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.text
    assert "no reason was chosen" in refused.text, "what was typed is kept"
    assert kim.post(f"{BOARD}/{row.id}/outcome", outcome="won").status_code == 409

    kim.post(f"{BOARD}/{row.id}/outcome", outcome="rejected", reason="no-budget")
    [row] = house.rows(handovers)
    assert (row.state, row.reason) == ("rejected", "no-budget")
    noted = [one for one in house.rows(audit_log) if one.what == "handover.rejected"]
    had_by = house.program.people[row.sales_person].name
    assert [(one.who, one.kind, one.subject, one.details) for one in noted] == [
        ("kim@example.com", "profile", str(row.profile_id), {"handover": str(row.id), "had_by": had_by})
    ]


@pytest.mark.parametrize("where", ["board", "person"])
def test_who_answers_for_somebody_else_is_named_and_nobody_else(
    sign_in: SignIn, house: House, where: str
) -> None:
    house.lead_by_form()
    kim = sign_in("marketing")
    [row] = house.rows(handovers)
    url = f"{BOARD}/{row.id}/outcome"
    if where == "person":
        url = f"/console/profiles/{row.profile_id}/handovers/{row.id}/outcome"
    has_it, to = house.program.people[row.sales_person], "jonas" if row.sales_person == "mira" else "mira"
    kim.post(url, outcome="not_reached", note="Mailbox")
    kim.post(url, outcome="forwarded", to=to)
    house.tick(seconds=1)
    [row] = house.rows(handovers)
    assert "nicht erreicht (Kim Beispiel): Mailbox" in row.note
    told = house.mails_to(house.program.people[to].email)[-1].text
    assert "Kim Beispiel hat diesen Lead an Sie weitergegeben" in told
    assert row.route[-1].startswith("Kim Beispiel ")
    assert has_it.name not in f"{row.route[-1]} {row.note}"


@pytest.mark.parametrize("where", ["board", "person"])
def test_a_second_click_on_passing_on_answers_as_the_first_and_says_who_is_away(
    sign_in: SignIn, house: House, where: str
) -> None:
    house.lead_by_form()
    [row] = house.rows(handovers)
    kim, to = sign_in("sales", person=row.sales_person), "jonas" if row.sales_person == "mira" else "mira"
    away = (Absence(house.clock().date(), house.clock().date()),)
    people = {**house.program.people, to: replace(house.program.people[to], away=away)}
    kim.site.services.world = replace(kim.site.services.world, program=replace(house.program, people=people))
    url = f"{BOARD}/{row.id}"
    form = url if where == "board" else f"/console/profiles/{row.profile_id}/handovers/{row.id}"
    answers = [kim.post(f"{form}/outcome", outcome="forwarded", to=to) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one.headers["Location"] for one in answers}) == 1
    page = words(kim.get(answers[1].headers["Location"]).text)
    assert f"{people[to].name} is away until 12 March 2026" in page
    assert [len(one.route) for one in house.rows(handovers)] == [len(row.route) + 1]


@pytest.mark.parametrize("where", ["board", "person"])
def test_what_is_said_with_a_second_click_on_passing_on_reaches_the_colleague_once(
    sign_in: SignIn, house: House, where: str
) -> None:
    house.lead_by_form()
    [row] = house.rows(handovers)
    kim, to = sign_in("sales", person=row.sales_person), "jonas" if row.sales_person == "mira" else "mira"
    url = f"{BOARD}/{row.id}"
    form = url if where == "board" else f"/console/profiles/{row.profile_id}/handovers/{row.id}"
    done = []
    for note in ("", "", "Bitte bis Freitag anrufen", "Bitte bis Freitag anrufen", ""):
        house.clock.move(minutes=2)
        done.append(kim.post(f"{form}/outcome", outcome="forwarded", to=to, note=note).headers["Location"])
    house.tick(minutes=1)
    assert [one.partition("done=")[2] for one in done] == [*["forwarded"] * 2, "note", *["forwarded"] * 2]
    [now] = house.rows(handovers)
    assert now.note.count("Bitte bis Freitag anrufen") == 1
    assert (now.sales_person, len(now.route), now.reacted_at) == (to, len(row.route) + 1, None)
    [told] = house.mails_to(house.program.people[to].email)
    assert told.text.count("Bitte bis Freitag anrufen") == 1
    deeds = [one.what for one in house.rows(audit_log) if one.what.startswith("handover.")]
    assert sorted(deeds) == ["handover.forwarded", "handover.note"]


@pytest.mark.parametrize("where", ["board", "person"])
def test_an_answer_without_effect_leaves_no_line_in_the_log(
    sign_in: SignIn, house: House, where: str
) -> None:
    house.lead_by_form()
    [row] = house.rows(handovers)
    kim, url = sign_in("sales", person=row.sales_person), f"{BOARD}/{row.id}"
    form = url if where == "board" else f"/console/profiles/{row.profile_id}/handovers/{row.id}"
    for outcome, amount in (("accepted", ""), ("won", ""), ("corrected", "1,250.00")):
        answers = [kim.post(f"{form}/outcome", outcome=outcome, amount=amount) for _ in range(2)]
        assert len({(one.status_code, one.headers["Location"]) for one in answers}) == 1
    deeds = [one.what for one in house.rows(audit_log) if one.what.startswith("handover.")]
    assert sorted(deeds) == ["handover.accepted", "handover.corrected", "handover.won"]


@pytest.mark.parametrize("where", ["board", "person"])
def test_the_head_of_the_team_who_accepts_has_the_lead_wherever_that_is(
    sign_in: SignIn, house: House, where: str
) -> None:
    letter = house.lead_by_form()
    if not letter.recipient.startswith("jonas"):
        house.answer(letter, "forwarded", to="jonas")
    [row] = house.rows(handovers)
    url = f"{BOARD}/{row.id}/outcome"
    if where == "person":
        url = f"/console/profiles/{row.profile_id}/handovers/{row.id}/outcome"
    mira, page = sign_in("sales", person="mira"), url.removesuffix("/outcome")
    page = page if where == "board" else f"/console/profiles/{row.profile_id}"
    said = words(mira.get(page).text)
    assert "Take the lead over from Jonas Achterberg It becomes yours" in said
    assert "Accept lead" not in said
    mira.post(url, outcome="accepted")
    assert [one.sales_person for one in house.rows(handovers)] == ["mira"]


@pytest.mark.parametrize("where", ["board", "person"])
def test_a_colleague_who_accepts_somebodys_lead_has_it_and_both_are_told(
    sign_in: SignIn, house: House, where: str
) -> None:
    letter = house.lead_by_form()
    if not letter.recipient.startswith("mira"):
        house.answer(letter, "forwarded", to="mira")
    [row] = house.rows(handovers)
    page = f"{BOARD}/{row.id}" if where == "board" else f"/console/profiles/{row.profile_id}"
    form = page if where == "board" else f"{page}/handovers/{row.id}"
    jonas = sign_in("sales", person="jonas")
    before = words(jonas.get(page).text)
    assert "Take the lead over from Mira Steinfeld It becomes yours, and Mira Steinfeld is told" in before
    assert "all other answers count as given by Mira Steinfeld" in before

    accepted = jonas.post(f"{form}/outcome", outcome="accepted")
    house.tick(minutes=1)
    [row] = house.rows(handovers)
    assert (row.sales_person, row.accepted_by, row.state) == ("jonas", "jonas", "accepted")
    assert house.lead().owner == "Jonas Achterberg"
    told = house.mails_to(house.program.people["mira"].email)[-1]
    assert "Jonas Achterberg hat diesen Lead jetzt." in told.text
    [line] = [one for one in house.rows(audit_log) if one.what == "handover.accepted"]
    assert line.details["had_by"] == "Mira Steinfeld"
    after = words(jonas.get(accepted.headers["Location"]).text)
    assert "The lead is yours." in after
    assert "count as given by" not in after


def test_a_lead_that_is_taken_is_its_new_teams(sign_in: SignIn, house: House) -> None:
    letter = house.lead_by_form()
    if not letter.recipient.startswith("mira"):
        house.answer(letter, "forwarded", to="mira")
    people = {**house.program.people, "jonas": replace(house.program.people["jonas"], team="others")}
    jonas = sign_in("sales", person="jonas")
    services = jonas.site.services
    services.world = replace(services.world, program=replace(house.program, people=people))
    [row] = house.rows(handovers)
    jonas.post(f"{BOARD}/{row.id}/outcome", outcome="accepted")
    [row] = house.rows(handovers)
    assert (row.team, row.accepted_team, row.reacted_team) == ("others",) * 3
    assert row.team_since == row.reacted_at


def test_nobody_takes_what_somebody_else_has_accepted(sign_in: SignIn, house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    [row] = house.rows(handovers)
    stranger = next(one for one in house.program.people if one != row.sales_person)
    late = sign_in("sales", person=stranger).post(f"{BOARD}/{row.id}/outcome", outcome="accepted")
    assert late.status_code == 409
    assert [one.sales_person for one in house.rows(handovers)] == [row.sales_person]


@pytest.mark.parametrize("where", ["board", "person"])
def test_the_note_of_an_answer_that_comes_too_late_is_shown_to_be_copied(
    sign_in: SignIn, house: House, where: str
) -> None:
    letter = house.lead_by_form()
    [row] = house.rows(handovers)
    url = (
        f"{BOARD}/{row.id}" if where == "board" else f"/console/profiles/{row.profile_id}/handovers/{row.id}"
    )
    kim = sign_in("marketing")
    note = "Asks <b>us</b> in April"
    again = kim.post(f"{url}/outcome", outcome="come_back", date="2020-01-01", note=note)
    assert (again.status_code, again.text.count("Asks &lt;b&gt;us&lt;/b&gt; in April")) == (422, 1)
    assert "Your note was not kept" not in again.text, "it stands in its form"
    house.answer(letter, "rejected", reason="wrong-territory", note="Berlin")
    for date, status in (("2026-04-01", 409), ("2020-01-01", 422)):
        late = kim.post(f"{url}/outcome", outcome="come_back", date=date, note=note)
        assert late.status_code == status
        assert "Your note was not kept; here it is, so that you can copy it:" in late.text
        assert late.text.count("Asks &lt;b&gt;us&lt;/b&gt; in April") == 1, (
            "and in no form of another hand-over"
        )


@pytest.mark.parametrize("where", ["board", "person"])
def test_marketing_accepts_for_whoever_has_the_lead_and_reads_so_before_and_after(
    sign_in: SignIn, house: House, where: str
) -> None:
    house.lead_by_form()
    [row] = house.rows(handovers)
    name = house.program.people[row.sales_person].name
    page = f"{BOARD}/{row.id}" if where == "board" else f"/console/profiles/{row.profile_id}"
    form = page if where == "board" else f"{page}/handovers/{row.id}"
    kim = sign_in("marketing")
    before = words(kim.get(page).text)
    assert f"Accept for {name}" in before
    assert f"Also when you accept it, {name} has it." in before
    assert f"{name} is not reminded of it any more then." in before
    assert "A first answer" in before
    kim.post(f"{form}/outcome", outcome="not_reached")
    tried = words(kim.get(page).text)
    assert "The next answer is awaited by" in tried
    assert "A first answer" not in tried and "not reminded" not in tried
    accepted = kim.post(f"{form}/outcome", outcome="accepted")
    after = words(kim.get(accepted.headers["Location"]).text)
    assert "The lead is accepted." in after
    assert "yours" not in after
    [now] = house.rows(handovers)
    assert now.sales_person == row.sales_person
    assert "Kim Beispiel" in now.note


def test_whoever_opens_a_hand_over_saw_the_person(sign_in: SignIn, house: House) -> None:
    house.lead_by_form()
    [row] = house.rows(handovers)
    sign_in("sales").get(f"{BOARD}/{row.id}")
    noted = [one for one in house.rows(audit_log) if one.subject == str(row.profile_id)]
    assert [(one.what, one.kind) for one in noted] == [("person.seen", "profile")]


def test_what_is_overdue_is_said_and_can_be_asked_for(sign_in: SignIn, house: House) -> None:
    two_leads(house)
    first, second = sorted(house.rows(handovers), key=lambda row: row.due_at)
    house.clock.now = first.due_at + timedelta(minutes=30)
    kim = sign_in("marketing")
    page = words(kim.get(f"{BOARD}?late=1").text)
    assert "Overdue 1 " in page
    assert "Answer due since today" in page
    assert "Overdue since today" in words(kim.get(BOARD).text)
    assert ("Anna Berg" in page, "Paul Klein" in page) == (True, False)
    assert second.due_at > house.clock.now


def test_a_card_says_how_many_points_somebody_has_by_now(sign_in: SignIn, house: House) -> None:
    house.click_two(house.subscriber())
    with house.engine.begin() as connection:
        connection.execute(profiles.update().values(score=31))
    assert "Anna Berg 31 points" in words(sign_in("marketing").get(BOARD).text)


def test_sales_sees_its_own_teams_leads_first_and_others_when_asked(sign_in: SignIn, house: House) -> None:
    two_leads(house)
    owners = {row.sales_person for row in house.rows(handovers)}
    mira = sign_in("sales", person="mira")
    assert "Anna Berg" in mira.get(BOARD).text, "her team's"
    one = mira.get(f"{BOARD}?who=person:{min(owners)}").text
    assert ("Anna Berg" in one) + ("Paul Klein" in one) == 3 - len(owners)
    nonsense = mira.get(f"{BOARD}?who=person:nobody&column=elsewhere&after=never").text
    assert "Anna Berg" in nonsense


def test_a_long_column_is_read_page_by_page_and_nobody_is_missed(sign_in: SignIn, house: House) -> None:
    for number in range(14):
        house.lead_by_form(f"lead{number}@firm{number}.example", first_name=f"Lead-{number:02}", last_name="")
        house.clock.move(minutes=1)
    kim = sign_in("marketing")
    assert kim.get(BOARD).text.count("<article") == 12
    assert "column=open" in kim.get(BOARD).text
    alone = kim.get(f"{BOARD}?column=open").text
    assert [f"Lead-{number:02}" in alone for number in range(14)] == [True] * 14


def test_what_came_back_to_marketing_stands_on_the_board_newest_first_and_with_its_reason(
    sign_in: SignIn, house: House
) -> None:
    two_leads(house)
    house.answer(house.lead_by_form("eva@elsewhere.example", first_name="Eva", last_name="Fern"), "accepted")
    kim = sign_in("marketing")
    assert "Given back in the last 90 days 0 Nothing came back lately." in words(kim.get(BOARD).text)
    house.answer(house.to_sales()[-1], "rejected", reason="wrong-territory")
    assert "Given back in the last 90 days 0 " in words(kim.get(BOARD).text), "a colleague has it"

    house.answer(house.to_sales()[0], "rejected", reason="no-budget")
    page = words(kim.get(BOARD).text)
    assert "Given back in the last 90 days 1 Anna Berg" in page
    assert "Given back today" in page
    assert "No budget" in page
    house.clock.now = house.clock().replace(hour=12)
    for _ in range(18):
        house.tick(days=1)
    kim = sign_in("marketing", "lea@example.com")
    page = words(kim.get(f"{BOARD}?column=returned").text)
    assert "Given back in the last 90 days 3 " in page
    assert page.count("Never answered") == 2
    assert page.index("Paul Klein") < page.index("Anna Berg")
    assert "Anna Berg" not in words(kim.get(f"{BOARD}?column=open").text)
    house.clock.move(days=91)
    kim = sign_in("marketing", "mia@example.com")
    assert "Given back in the last 90 days 0 " in words(kim.get(BOARD).text)


def test_viewers_have_no_board_and_strangers_sign_in(sign_in: SignIn, house: House) -> None:
    house.lead_by_form()
    viewer = sign_in("viewer")
    [row] = house.rows(handovers)
    assert viewer.get(BOARD).status_code == 403
    assert viewer.post(f"{BOARD}/{row.id}/outcome", outcome="accepted").status_code == 403
    assert viewer.site.post(f"{BOARD}/{row.id}/outcome", {"outcome": "accepted"}).status_code == 403


def test_names_that_are_code_stay_words(sign_in: SignIn, house: House) -> None:
    house.lead_by_form(first_name="<script>alert(1)</script>", company='"><img src=x>')
    page = sign_in("marketing").get(BOARD).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def passed_on(sign_in: SignIn, house: House) -> tuple[str, str]:
    """Mira accepted a lead and gave it to Jonas, who is away; the paths of the hand-over and of the person."""
    letter = house.lead_by_form()
    if not letter.recipient.startswith("mira"):
        house.answer(letter, "forwarded", to="mira")
    letter = house.mails_to("mira.steinfeld@example.com")[-1]
    house.answer(letter, "accepted")
    house.answer(letter, "forwarded", to="jonas")
    [row] = house.rows(handovers)
    return f"{BOARD}/{row.id}", f"/console/profiles/{row.profile_id}"


def test_what_was_passed_on_awaits_an_answer_of_whoever_has_it(sign_in: SignIn, house: House) -> None:
    hand_over, person = passed_on(sign_in, house)
    kim = sign_in("marketing")
    for path in (BOARD, f"{BOARD}?who=person:jonas"):
        page = words(kim.get(path).text)
        assert "Waiting for an answer 1 " in page
        assert "Accepted 0 " in page
        assert "passed on by Mira Steinfeld, no reaction yet" in page
    for path in (hand_over, person):
        page = words(kim.get(path).text)
        assert "Mira Steinfeld passed it on to Jonas Achterberg: no reaction yet" in page
        assert "Accepted by Jonas" not in page
    assert "Jonas Achterberg (passed on by Mira Steinfeld, no reaction yet)" in words(kim.get(person).text)

    kim.post(f"{hand_over}/outcome", outcome="accepted")
    assert "Accepted 1 " in words(kim.get(BOARD).text)
    assert "Accepted by Jonas Achterberg" in words(kim.get(hand_over).text)


def test_nobody_is_said_not_to_react_who_has_tried(sign_in: SignIn, house: House) -> None:
    letter = house.lead_by_form()
    to = "jonas" if letter.recipient.startswith("mira") else "mira"
    house.answer(letter, "forwarded", to=to)
    kim = sign_in("marketing")
    assert "no reaction yet" in kim.get(BOARD).text
    house.answer(house.mails_to(house.program.people[to].email)[-1], "not_reached")
    page = words(kim.get(BOARD).text)
    assert "Waiting for an answer 1 " in page
    assert "no reaction yet" not in page


def test_the_board_says_who_is_away(sign_in: SignIn, house: House) -> None:
    passed_on(sign_in, house)
    kim = sign_in("marketing")
    assert "away until" not in kim.get(BOARD).text
    today = house.clock().date()
    people = dict(house.program.people)
    people["jonas"] = replace(people["jonas"], away=(Absence(today, today),))
    kim.site.services.world = replace(kim.site.services.world, program=replace(house.program, people=people))
    assert "Jonas Achterberg is away until 12 March 2026" in words(kim.get(BOARD).text)
