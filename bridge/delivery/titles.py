"""What everything that leaves is called: in English, to be translated."""

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "mail/confirm": "Confirmation mail",
    "mail/receipt": "Receipt",
    "mail/erase": "Question whether to erase",
    "mail/download": "New link to a download",
    "mail/nurture": "Mail of a series",
    "sales/handover": "New lead for sales",
    "sales/new_request": "New request of a lead",
    "sales/forwarded": "Lead passed on",
    "sales/taken_over": "Lead went to somebody else",
    "sales/reminder": "Reminder of a lead",
    "sales/escalation": "Lead without an answer",
    "sales/expired": "Lead back to marketing",
    "sales/ask": "Question how a lead stands",
    "sales/withdrawn": "Lead withdrawn",
    "sales/code": "Code for a new device",
    "operator/account": "Link to choose a password",
    "operator/digest": "Weekly digest",
    "operator/form_held": "A form for sales is held back",
    "operator/lead_waiting": "A lead waits, and sales does not answer",
    "operator/mail_refused": "Mails are refused",
    "operator/sales_unreachable": "Mails to sales do not arrive",
    "operator/webhook_disabled": "A webhook was switched off",
    "lead.created": "Webhook: new lead",
    "lead.confirmed": "Webhook: address confirmed",
    "lead.stage_changed": "Webhook: lead moved to another stage",
    "lead.sales_qualified": "Webhook: lead handed over",
    "lead.outcome": "Webhook: answer of sales",
    "lead.order_corrected": "Webhook: order corrected",
    "lead.unsubscribed": "Webhook: somebody unsubscribed",
    "lead.erased": "Webhook: somebody was erased",
}
"""Template, or type of webhook → its title."""
