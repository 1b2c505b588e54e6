"""What arrives from outside: journal records parsed into submissions and hits, and who caused them."""
