"""What an operator sees of the outbox, and does about it."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from bridge.cli.deliveries import span
from bridge.ids import new_id
from bridge.store import dead_letters, given_up, outbox
from bridge.store.dead_letters import DeadLetter
from tests.conftest import Servers
from tests.house import House
from tests.presentation.conftest import Run, Say


def test_the_outbox_is_looked_at_and_what_is_dead_is_tried_again(
    say: Say, run: Run, troubled: House, servers: Servers
) -> None:
    by_state = {row.state: row for row in troubled.outbox()}
    where = {"DATABASE_URL": servers.database_url}

    listed = run("outbox", "list", **where)
    heading, *lines = listed.stdout.splitlines()
    assert heading.split() == ["id", "state", "what", "to", "age", "attempts", "next", "why"]
    assert [line.split()[1] for line in lines] == ["dead", "deferred"]
    assert lines[1].split()[2:4] == ["mail/receipt", "emil@beispiel.example"]
    assert lines[1].split()[-5:] == ["now", "451", "try", "again", "later"]
    assert listed.stderr == "0 due, 0 leased, 1 deferred, 1 sent, 0 refused, 1 dead\n"

    shown = say("outbox", "show", str(by_state["dead"].id), **where)
    assert "to           dora@beispiel.example\n" in shown
    assert "because      it answers what the person asked for\n" in shown
    assert "why          554 rejected for policy reasons\n" in shown
    assert "attempts     1\n" in shown
    (sent,) = json.loads(say("outbox", "list", "--json", "--state", "sent", **where))
    assert (sent["state"], sent["to"]) == ("sent", "frida@beispiel.example")

    assert say("outbox", "retry", "--dead", **where) == "1 due again\n"
    assert [row.id for row in troubled.outbox("due")] == [by_state["dead"].id]
    assert run("outbox", "drop", **where).returncode == 2


def test_a_delivery_is_named_by_the_beginning_of_its_id_and_several_that_fit_are_named(
    run: Run, say: Say, house: House, servers: Servers
) -> None:
    where = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    ids = [f"0123abcd-4567-7000-8000-00000000000{number}" for number in range(1, 9)]
    with house.unit() as unit:
        for one in ids:
            letter = unit.delivery("operator", "mail", "staff", one, profile=None, delivery_id=UUID(one))
            outbox.add(unit.connection, [letter])
        given_up.drop(unit.connection, UUID(ids[0]), unit.now)
    assert "several ids begin with 0123abcd" in (several := run("outbox", "drop", "0123abcd", **where)).stderr
    assert [one in several.stderr for one in ids] == [False, *[True] * 5, False, False]
    assert several.stderr.rstrip().endswith("and more")
    assert say("outbox", "retry", "0123ABCD", **where) == "due again\n", "of those that can be retried"
    assert run("outbox", "show", "0123abcd", **where).returncode == 2
    assert "at least 8 characters" in run("outbox", "retry", "0123abc", **where).stderr
    for nobody in ("9999abcd", "no-id-at-all", f"{ids[0]}00"):
        assert f"nothing to retry under {nobody}" in run("outbox", "retry", nobody, **where).stderr
    assert ids[3] in say("outbox", "show", ids[3], **where)


def test_a_dead_letter_that_fails_again_counts_the_attempt_and_tells_its_reason(
    say: Say, fail: Say, house: House, servers: Servers
) -> None:
    where = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    letter = new_id()
    payload = {"id": str(letter), "kind": "submission", "at": house.clock().isoformat(), "body": {}}
    with house.unit() as unit:
        dead_letters.bury(unit.connection, DeadLetter(letter, "journal", payload, "it broke", unit.now))
    said = fail("dead", "retry", str(letter), **where)
    (row,) = json.loads(say("dead", "list", "--json", **where))
    assert row["attempts"] == 2
    assert row["error"].partition(": ")[2] in said
    assert row["payload"]["tried"]
    assert "nothing to retry under" in fail("dead", "retry", str(new_id()), **where)
    assert say("dead", "drop", str(letter)[:13], **where) == "dropped\n"


def test_what_is_dropped_is_never_sent_and_still_says_what_was_wrong(troubled: House) -> None:
    with troubled.unit() as unit:
        assert given_up.drop_dead(unit.connection, unit.now) == 1
        (deferred,) = outbox.listing(unit.connection, ["deferred"])
        assert given_up.drop(unit.connection, deferred.id, unit.now)
        assert not given_up.drop(unit.connection, deferred.id, unit.now)
    troubled.tick(days=1)
    assert len(troubled.sent) == 1
    assert {row.error for row in troubled.outbox("refused")} == {
        "dropped by hand; 554 rejected for policy reasons",
        "dropped by hand; 451 try again later",
    }


def test_all_that_are_dead_get_five_days_more(troubled: House) -> None:
    with troubled.unit() as unit:
        (again,) = given_up.retry_dead(unit.connection, unit.now)
    (row,) = [one for one in troubled.outbox("due") if one.id == again]
    assert row.gives_up_at == troubled.clock() + outbox.PATIENCE
    troubled.tick(seconds=5)
    assert "dora@beispiel.example" in [mail.recipient for mail in troubled.sent]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=5, hours=2), "5 d"),
        (timedelta(seconds=-3), "0 s"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(length: timedelta, words: str) -> None:
    assert span(length) == words
