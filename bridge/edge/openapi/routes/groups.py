"""Whom routes are for, and the words about each group."""

from typing import Final

SERVERS, BROWSERS, WEBSITES, PROVIDERS = "Submissions", "Forms", "Website script", "Mail providers"
READERS = "Reading"
MAILS, SALES, JOOMLA, OPERATION = "Links in mails", "Sales", "Joomla", "Operation"
DEMO = "Demo"

GROUPS: Final = {
    SERVERS: "From server to server, signed as Standard Webhooks describe it.",
    READERS: "People, events and hand-overs for other systems, page by page, for whoever signs the question.",
    BROWSERS: "What a visitor's browser sends, and the pages around it.",
    WEBSITES: "The script that websites include, and what it tells.",
    MAILS: "Where links in mails lead. Each carries a token that we signed for this one purpose.",
    SALES: "The profile page behind the link in a mail to sales.",
    PROVIDERS: "Events of whoever sends the mails: bounces, complaints, unsubscribes.",
    JOOMLA: "The plugin, and where Joomla finds its newest version.",
    OPERATION: "For monitoring and for programs that read descriptions.",
    DEMO: "Only while Leadbridge is tried out.",
}
