"""What leaves: mails and webhooks as they are written, links and the tokens inside them."""
