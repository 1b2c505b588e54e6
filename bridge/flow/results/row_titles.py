"""What the rows of tables are called."""

from collections.abc import Mapping

from bridge import i18n
from bridge.program.figures import DIRECT, OTHERS, Dimension
from bridge.program.model import Program


def title(program: Program, dimension: Dimension, key: str, language: str) -> str:
    """What a form, a mail, a team … is called; its key when the programme does not know it (any more)."""
    say = i18n.translations(language).gettext
    if known := {"": "none, or unknown", OTHERS: "all others"}.get(key):
        return say(known)
    if dimension == "channel" and key == DIRECT:
        return say("directly, or unknown")
    if dimension == "person":
        return program.person_name(key)
    return i18n.pick(_names(program, dimension, key), language) or key


def team_title(program: Program, team: str | None, language: str) -> str:
    """What the line of a team is called; of all together, and of those without one."""
    say = i18n.translations(language).gettext
    if team is None:
        return say("All teams")
    return title(program, "team", team, language) if team else say("without a team")


def _names(program: Program, dimension: Dimension, key: str) -> Mapping[str, str]:
    match dimension:
        case "form":
            return program.forms[key].title if key in program.forms else {}
        case "mail":
            return program.mails[key].subject if key in program.mails else {}
        case "sequence":
            return program.sequences[key].title if key in program.sequences else {}
        case "team":
            return program.desk.teams[key].title if key in program.desk.teams else {}
        case "reason":
            return program.reasons[key].label if key in program.reasons else {}
    return {}
