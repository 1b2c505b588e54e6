"""Every provider, ready to be asked, and a request that each believes."""

from collections.abc import Callable

from connectors.providers.brevo import Brevo
from connectors.providers.hook import Provider
from connectors.providers.mailgun import Mailgun
from connectors.providers.postmark import Postmark
from connectors.providers.sendgrid import SendGrid
from connectors.providers.ses import Ses
from connectors.providers.smtpeter import SmtPeter
from tests.connectors.providers import posted

POSTMARK = posted.logged_in("postmark", {"RecordType": "Delivery"})
BREVO = posted.logged_in("brevo", {"event": "delivered"})
MAILGUN = posted.mailgun({"event": "delivered"})
SENDGRID = posted.sendgrid([{"event": "delivered"}])
SES = posted.sns({"notificationType": "Delivery"})
SMTPETER = posted.smtpeter({"type": "delivery"})
GOOD = {
    "postmark": POSTMARK,
    "brevo": BREVO,
    "mailgun": MAILGUN,
    "sendgrid": SENDGRID,
    "ses": SES,
    "smtpeter": SMTPETER,
}


def provider(name: str) -> Provider:
    """A new one, that remembers nothing."""
    made: dict[str, Callable[[], Provider]] = {
        "postmark": lambda: Postmark([posted.LOGIN]),
        "brevo": lambda: Brevo([posted.LOGIN, posted.TOKEN]),
        "mailgun": lambda: Mailgun([posted.SIGNING_KEY]),
        "sendgrid": lambda: SendGrid([posted.shown(posted.sendgrid_key())]),
        "ses": lambda: Ses([posted.TOPIC], posted.amazon()),
        "smtpeter": lambda: SmtPeter([posted.ACCOUNT], posted.PUBLIC_URL, posted.copernica()),
    }
    return made[name]()
