"""What each route takes and answers, by its endpoint. Its deed in words is the docstring of its view."""

from typing import Final

from bridge.edge.openapi.operations import Operation
from bridge.edge.openapi.routes import demo, mails, operation, readers, sales, servers, website
from bridge.edge.openapi.routes.groups import GROUPS
from bridge.edge.openapi.routes.mails import TRACKED

__all__ = ["GROUPS", "OPERATIONS", "TRACKED"]

OPERATIONS: Final[dict[str, Operation]] = {
    **servers.OPERATIONS,
    **readers.OPERATIONS,
    **website.OPERATIONS,
    **mails.OPERATIONS,
    **sales.OPERATIONS,
    **operation.OPERATIONS,
    **demo.OPERATIONS,
}
