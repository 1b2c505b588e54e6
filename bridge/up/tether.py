"""Runs a program that dies with its parent: `python tether.py PARENT SIGNAL ACCOUNT -- program argument…`.

PARENT is the process id that must still be the parent; SIGNAL is what the program gets when that parent
dies, however it dies; ACCOUNT is `uid:gid` to change to, or `-`. Linux only: elsewhere the program just
runs. See prctl(2): the wish is forgotten when credentials change, kept over exec, and bound to the
parent's *thread* that forked.

A script of its own that needs nothing but the standard library, so that it starts quickly.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the program. Exit status 127 when it cannot be run."""
    parent, number, account, _, *program = arguments
    _restore_signals()
    if account != "-":
        _become(account)
    die_with(int(parent), int(number))
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(_complain(f"cannot run {program[0]}: {error.strerror}"))


def _restore_signals() -> None:
    # An ignored signal stays ignored over exec. Python ignores the first two; a script's shell ignores
    # SIGINT for what it runs in the background.
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _become(account: str) -> None:
    uid, gid = map(int, account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, number: int) -> None:
    """Get this signal when the parent, which has this process id, dies; end at once when it is dead already."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(_complain("the parent is gone already"))


def _complain(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 127


if __name__ == "__main__":
    main(sys.argv[1:])
