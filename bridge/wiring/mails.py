"""How mails leave."""

from functools import cached_property

from bridge.clock import Clock
from bridge.delivery.letters import Letter
from bridge.delivery.return_paths import ReturnPaths
from bridge.settings import Settings
from connectors.contract import Answer
from connectors.providers.marks import marks
from connectors.smtp import OutgoingMail, SmtpMailer


class Mails:
    """Hands letters to the SMTP server, as the settings say."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def mailer(self) -> SmtpMailer:
        """The SMTP connection of this process."""
        return SmtpMailer(self.settings.smtp, keys=self.settings.outgoing.dkim_keys)

    @cached_property
    def return_paths(self) -> ReturnPaths:
        """Where bounces go, and which mail they are about."""
        return ReturnPaths(self.settings.secret_keys, self.settings.outgoing.return_path)

    def send(self, letter: Letter) -> Answer:
        """Hand over one letter; every failure is an answer."""
        return self.mailer.send(
            OutgoingMail(
                sender=self.settings.mail_from,
                recipient=letter.recipient,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                message_id=letter.message_id,
                date=self.clock(),
                language=letter.language,
                reply_to=letter.reply_to,
                list_unsubscribe_url=letter.list_unsubscribe_url,
                list_id=letter.list_id,
                feedback_id=letter.feedback_id,
                auto_submitted=letter.auto_submitted,
                envelope_from=self.return_paths.write(letter.delivery) if letter.delivery else None,
                marks=marks(self.settings.hooks, letter.delivery) if letter.delivery else {},
            )
        )
