"""Turn the checked values of the sales desk and of the results into what the programme holds of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.program.desk import (
    Brake,
    Desk,
    Filter,
    Measure,
    Patience,
    Results,
    Target,
    Team,
    Territory,
)
from bridge.program.expressions import Expression, compile_expression
from bridge.program.model import SalesPerson


def build_person(person: Mapping[str, Any]) -> SalesPerson:
    """Somebody in sales."""
    known = {key: person[key] for key in ("id", "name", "email", "phone", "team")}
    return SalesPerson(
        **known,
        territories=tuple(person["territories"]),
        brake=_brake(person),
        away=tuple(person["away"]),
    )


def build_desk(sales: Mapping[str, Any]) -> Desk:
    """Territories, teams, filters, measures, hours, patience and the postal address."""
    return Desk(
        territories={one["id"]: _territory(one) for one in sales["territories"]},
        teams={one["id"]: _team(one) for one in sales["teams"]},
        filters=tuple(_filter(one) for one in sales["filters"]),
        measures=tuple(Measure(**{**one, "when": _compiled(one["when"])}) for one in sales["measures"]),
        hours=replace(sales["hours"], holidays=sales["holidays"]),
        patience=Patience(**sales["patience"]),
        address=tuple(sales["address"]),
    )


def build_results(results: Mapping[str, Any]) -> Results:
    """Targets, and who gets the weekly mail."""
    return Results(tuple(Target(**one) for one in results["targets"]), tuple(results["digest"]))


def _territory(one: Mapping[str, Any]) -> Territory:
    lists = {key: tuple(one[key]) for key in ("countries", "postcodes", "industries", "sizes", "topics")}
    return Territory(one["id"], one["title"], **lists, when=_compiled(one["when"]))


def _team(one: Mapping[str, Any]) -> Team:
    return Team(one["id"], one["title"], one["lead"], tuple(one["territories"]), _brake(one))


def _filter(one: Mapping[str, Any]) -> Filter:
    return Filter(**{**one, "domains": tuple(one["domains"]), "when": _compiled(one["when"])})


def _brake(one: Mapping[str, Any]) -> Brake:
    return Brake(one["max_per_day"], one["max_per_week"])


def _compiled(source: str | None) -> Expression | None:
    return compile_expression(source) if source else None
