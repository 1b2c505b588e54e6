"""Enhanced status codes in plain words (RFC 3463 and the IANA registry)."""

_WORDS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such domain",
    "1.3": "the address cannot be one",
    "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "3.4": "the mail is too large",
    "4.1": "the server does not answer",
    "4.4": "no way to the server was found",
    "4.7": "it was tried for too long",
    "7.1": "not permitted, for reasons of policy",
}
_SUBJECTS = {
    "1": "something is wrong with the address",
    "2": "something is wrong with the mailbox",
    "3": "something is wrong with the other mail system",
    "4": "something is wrong with the way to the other server",
    "5": "the servers did not understand each other",
    "6": "something is wrong with the content",
    "7": "not permitted, for reasons of security or policy",
}


def in_words(status: str) -> str:
    """What an enhanced status code such as "5.1.1" says; "" for one that says nothing."""
    _, _, about = status.partition(".")
    return _WORDS.get(about) or _SUBJECTS.get(about.partition(".")[0], "")
