"""Hand mails to one SMTP server and say in three words what became of them."""

from connectors.smtp.address import SmtpServer
from connectors.smtp.mailer import SmtpMailer
from connectors.smtp.message import OutgoingMail, written

__all__ = ["OutgoingMail", "SmtpMailer", "SmtpServer", "written"]
