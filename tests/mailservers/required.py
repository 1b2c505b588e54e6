"""Whether the real mail servers are there, and whether it is a fault when they are not."""

import os
import shutil

import pytest

POSTFIX, DOVECOT = "/usr/sbin/postfix", "/usr/sbin/dovecot"
REQUIRED = os.environ.get("MAIL_TESTS") == "required" or os.environ.get("CI") == "true"


def need(program: str) -> None:
    """Skip the test when a mail server cannot be started here, or fail where it must be."""
    lacking = "" if shutil.which(program) else f"{program} is not installed"
    lacking = lacking or ("" if os.geteuid() == 0 else f"{program} has to be started as root")
    if lacking and REQUIRED:
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
