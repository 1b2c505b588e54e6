"""The baseline of sending: one message, always the same, over and over, in the conversation that ours have, too.

As a process: `python -m benchmarks.constant_mails PORT FILE SECONDS CONNECTIONS`; smtplib, connections that are kept.
"""

import smtplib
import sys
import threading
import time
from pathlib import Path

MAILS_PER_CONNECTION = 100
"""As ours."""


def send(port: int, content: bytes, until: float) -> None:
    """Send until a moment of time.monotonic()."""
    while time.monotonic() < until:
        with smtplib.SMTP("127.0.0.1", port, "localhost") as session:
            for _ in range(MAILS_PER_CONNECTION):
                session.sendmail("post@example.com", "somebody@example.com", content)
                if time.monotonic() >= until:
                    break


def main() -> None:
    """Send as the arguments say."""
    port, file, seconds, connections = sys.argv[1:]
    content, until = Path(file).read_bytes(), time.monotonic() + float(seconds)
    threads = [
        threading.Thread(target=send, args=(int(port), content, until)) for _ in range(int(connections))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
