"""The DNS: what receivers look up before they believe a mail of ours.

What a name server did not answer is neither right nor wrong: it is said, and is no failure.
"""

from collections.abc import Callable, Iterator

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.made_keys import FOLDER, UnusableKey, key_files, made_keys
from bridge.cli.sending import Sending
from bridge.settings import Settings
from bridge.wiring import Services
from connectors.dns import Resolver, Silent
from connectors.dns.spf import permits, spf_records
from connectors.smtp.dkim_keys import DkimKey

PUBLISH = "put into the DNS what “leadbridge dkim show” prints"
Look = Callable[[Settings, Sending, Resolver], Iterator[Finding]]


def records(services: Services) -> Iterator[Finding]:
    """DKIM, SPF, DMARC, the return path and the server's name, each by itself."""
    if services.settings.keeps_mails:
        yield Finding("DNS", True, "not looked at: in the demo no mail leaves this machine")
    else:
        yield from look_up(services.settings, services.resolver)


def look_up(settings: Settings, resolver: Resolver) -> Iterator[Finding]:
    """The same with a resolver of one's own, also in the demo."""
    sending = Sending.of(settings.mail_from, settings.outgoing.return_path, settings.smtp)
    for part, look in LOOKS.items():
        try:
            yield from look(settings, sending, resolver)
        except Silent as error:
            yield Finding(part, None, str(error), "try again later, or from another network")


def dkim(settings: Settings, sending: Sending, resolver: Resolver) -> Iterator[Finding]:
    """Whether the DNS shows the public half of each of our keys."""
    try:
        made = () if settings.outgoing.dkim_keys else made_keys(settings.data)
    except UnusableKey as error:
        advice = f"correct what lies in {settings.data / FOLDER}, or remove it"
        yield Finding("DKIM", False, f"mails leave unsigned; {error}", advice)
        return
    if not settings.outgoing.dkim_keys and not made:
        advice = "run “leadbridge dkim generate”, unless your mail server signs with a key of its own"
        yield Finding("DKIM", None, "mails leave unsigned", advice)
    for key in settings.outgoing.dkim_keys:
        name, complaint = _shown(key, sending, resolver)
        yield Finding(
            "DKIM", not complaint, f"{name} {complaint or 'shows our key'}", PUBLISH if complaint else ""
        )
    for key in made:
        name, complaint = _shown(key, sending, resolver)
        found = f"mails leave unsigned; {name} {complaint or 'shows the key that was made'}"
        yield Finding("DKIM", None, found, PUBLISH if complaint else _use(settings))


def _shown(key: DkimKey, sending: Sending, resolver: Resolver) -> tuple[str, str]:
    """The name of a key's record, and what is wrong there, "" when nothing is."""
    name = key.place(sending.domain)
    return name, _dkim_complaint(resolver.txt(name), key.algorithm, key.public)


def _use(settings: Settings) -> str:
    files = ",".join(map(str, key_files(settings.data)))
    return f"set LEADBRIDGE_DKIM_KEYS={files} and restart every process"


def _dkim_complaint(texts: list[str], algorithm: str, public: str) -> str:
    if len(texts) != 1:
        return f"has {len(texts)} records instead of one" if texts else "has no record"
    tags = _tags(texts[0])
    if tags.get("p") == "":
        return "says that the key was withdrawn"
    if tags.get("k", "rsa") != algorithm or tags.get("p") != public:
        return "shows another key than ours"
    return "says that it is a trial only (t=y)" if "y" in tags.get("t", "").split(":") else ""


def spf(settings: Settings, sending: Sending, resolver: Resolver) -> Iterator[Finding]:
    """Whether the domain of the return path says who may send for it, and whether our server may."""
    found = spf_records(resolver, sending.envelope)
    if len(found) != 1:
        words = f"{len(found)} records, so that none counts" if found else "no record"
        yield Finding("SPF", False, f"{sending.envelope}: {words}", "publish one: docs/operator.md, “Mail”")
        return
    if found[0].lower().split()[-1] in ("+all", "all"):
        yield Finding("SPF", False, f"{found[0]}: anybody may send", "let it end in ~all or -all")
        return
    yield Finding("SPF", True, f"{sending.envelope}: {found[0]}")
    yield _spf_of_our_server(sending, resolver)


def _spf_of_our_server(sending: Sending, resolver: Resolver) -> Finding:
    addresses = sending.addresses(resolver)
    verdicts = {address: permits(resolver, sending.envelope, address) for address in addresses}
    if "broken" in verdicts.values():
        advice = "it has a term nobody can read, or asks for more than ten look-ups"
        return Finding("SPF", False, "the record cannot be used", advice)
    strange = [address for address, verdict in verdicts.items() if verdict != "pass"]
    if not addresses:
        return Finding("SPF", None, f"from which address {sending.host} sends cannot be told from here")
    if strange:
        found = f"{', '.join(strange)} ({sending.host}) may not send by it"
        return Finding("SPF", None, found, "add it, unless that server hands mails on to another one")
    return Finding("SPF", True, f"{sending.host} may send: {', '.join(addresses)}")


def dmarc(settings: Settings, sending: Sending, resolver: Resolver) -> Iterator[Finding]:
    """Whether the From field's domain has a policy, and whether our mails can follow it."""
    name, found = _policy(sending.domain, resolver)
    if len(found) != 1:
        words = f"{len(found)} records, so that none counts" if found else "no record"
        advice = f"put _dmarc.{sending.domain} into the DNS: docs/operator.md, “Mail”"
        yield Finding("DMARC", False, f"{name}: {words}", advice)
        return
    tags = _tags(found[0])
    gentle = tags.get("p", "none") == "none"
    advice = "once all your mails pass, let it say p=quarantine" if gentle else ""
    yield Finding("DMARC", True, f"{name}: {found[0]}", advice)
    yield _alignment(settings, sending, name.removeprefix("_dmarc."), strict=tags.get("aspf") == "s")


def _policy(domain: str, resolver: Resolver) -> tuple[str, list[str]]:
    """The nearest record on the way up (RFC 9989), and where it stands."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        name = "_dmarc." + ".".join(labels[start:])
        found = [text for text in resolver.txt(name) if text.lower().replace(" ", "").startswith("v=dmarc1")]
        if found:
            return name, found
    return f"_dmarc.{domain}", []


def _alignment(settings: Settings, sending: Sending, organization: str, *, strict: bool) -> Finding:
    """Whether signature or return path belongs to the domain that people see."""
    near = f".{sending.envelope}".endswith(f".{organization}")
    if sending.envelope == sending.domain or (near and not strict):
        return Finding("DMARC", True, f"the return path at {sending.envelope} belongs to {sending.domain}")
    if settings.outgoing.dkim_keys:
        return Finding("DMARC", True, f"our signature for {sending.domain} is what it rests on")
    found = (
        f"the return path at {sending.envelope} does not belong to {sending.domain}, and nothing is signed"
    )
    return Finding("DMARC", False, found, "sign mails, see “leadbridge dkim generate”")


def return_path(settings: Settings, sending: Sending, resolver: Resolver) -> Iterator[Finding]:
    """Whether bounces and answers can arrive somewhere."""
    if settings.outgoing.return_path is None:
        found = "bounces go to the sender's address, where we do not see them"
        advice = (
            "set LEADBRIDGE_RETURN_PATH and LEADBRIDGE_BOUNCE_MAILBOX, unless your provider reports bounces"
        )
        yield Finding("return path", None, found, advice)
    for domain in dict.fromkeys((sending.envelope, sending.domain)):
        yield _takes_mail(domain, resolver)


def _takes_mail(domain: str, resolver: Resolver) -> Finding:
    servers = resolver.mx(domain)
    if servers and servers[0]:
        return Finding("return path", True, f"mails to {domain} go to {servers[0]}")
    if not servers and resolver.addresses(domain):
        return Finding("return path", True, f"{domain} takes mail without an MX record")
    advice = "give it an MX record: receivers doubt senders who cannot be answered"
    return Finding("return path", False, f"{domain} takes no mail", advice)


def name_of_server(settings: Settings, sending: Sending, resolver: Resolver) -> Iterator[Finding]:
    """Whether the address of the SMTP server has a name that leads back to it."""
    addresses = sending.addresses(resolver)
    if not addresses:
        found = (
            f"{sending.host} has no public address: which one its mails leave from cannot be told from here"
        )
        yield Finding("PTR", None, found)
    for address in addresses:
        names = resolver.names(address)
        good = [name for name in names if address in resolver.addresses(name)]
        if good:
            yield Finding("PTR", True, f"{address} is {good[0]}")
            continue
        words = f"{address} says it is {names[0]}, which is elsewhere" if names else f"{address} has no name"
        advice = (
            "if mails leave from there, ask whoever runs the address for a PTR record and one that leads back"
        )
        yield Finding("PTR", None, words, advice)


LOOKS: dict[str, Look] = {
    "DKIM": dkim,
    "SPF": spf,
    "DMARC": dmarc,
    "return path": return_path,
    "PTR": name_of_server,
}


def _tags(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` as a mapping; blanks within values go (RFC 6376 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs if name.strip()}
