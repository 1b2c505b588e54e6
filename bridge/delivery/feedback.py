"""The Feedback-ID of a mail: by it Gmail's postmaster pages count complaints, and no person can be told from it."""

import re
import unicodedata
from typing import Literal

_OTHER = re.compile(r"[^a-z0-9]+")
_SENDER_LENGTH = 15  # Gmail takes 5 to 15 characters for the sender


def feedback_id(mail: str, program: str, kind: Literal["nurture", "answer"], message: str) -> str:
    """`<mail>:<programme>:<kind>:<sender>`, each in small letters, digits and hyphens.

    mail: what it is called in the programme, or in our templates. program: the programme's name.
    message: the mail's Message-ID, whose domain is the sender; it must be the same in all our mails.
    """
    domain = message.strip("<>").rpartition("@")[2]
    return ":".join(
        (_word(mail), _word(program) or "program", kind, _word(domain)[:_SENDER_LENGTH].strip("-"))
    )


def _word(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return _OTHER.sub("-", plain).strip("-")
