"""Places of people in series: how they begin, go on and end, and what their mails will carry."""
