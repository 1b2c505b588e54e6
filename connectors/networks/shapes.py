"""How the published lists are written, one function each: a document in, networks as text out.

A document of another shape raises one of SURPRISES.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

SURPRISES = (ValueError, TypeError, KeyError, AttributeError, IndexError)
"""What reading a document of an unexpected shape raises."""


class Unreadable(Exception):
    """The document is not what it used to be."""


def aws(document: bytes) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html"""
    facts = json.loads(document)
    yield from (entry["ip_prefix"] for entry in facts["prefixes"])
    yield from (entry["ipv6_prefix"] for entry in facts["ipv6_prefixes"])


def google(document: bytes) -> Iterator[str]:
    """Google's lists: cloud.json, and those of its crawlers and fetchers."""
    for entry in json.loads(document)["prefixes"]:
        yield entry.get("ipv4Prefix") or entry["ipv6Prefix"]


def microsoft_365(document: bytes) -> Iterator[str]:
    """https://learn.microsoft.com/microsoft-365/enterprise/microsoft-365-ip-web-service: what protects mail."""
    for service in json.loads(document):
        if any(url.endswith("protection.outlook.com") for url in service.get("urls", [])):
            yield from service.get("ips", [])


def azure(document: bytes) -> Iterator[str]:
    """Azure's service tags."""
    for tag in json.loads(document)["values"]:
        if tag["name"].startswith("AzureCloud"):
            yield from tag["properties"]["addressPrefixes"]


def oracle(document: bytes) -> Iterator[str]:
    """https://docs.oracle.com/en-us/iaas/Content/General/Concepts/addressranges.htm"""
    for region in json.loads(document)["regions"]:
        yield from (entry["cidr"] for entry in region["cidrs"])


def zscaler(document: bytes) -> Iterator[str]:
    """Zscaler's hubs."""
    yield from json.loads(document)["hubPrefixes"]


def first_column(document: bytes) -> Iterator[str]:
    """Geofeeds (RFC 8805): Apple's egress list, DigitalOcean, Linode, Cloudflare."""
    rows = csv.reader(io.StringIO(document.decode("utf-8-sig")))
    yield from (row[0] for row in rows if row and row[0].strip() and not row[0].startswith("#"))


SHAPES: dict[str, Callable[[bytes], Iterator[str]]] = {
    "aws": aws,
    "google": google,
    "microsoft-365": microsoft_365,
    "azure": azure,
    "oracle": oracle,
    "zscaler": zscaler,
    "csv": first_column,
}

_SERVICE_TAGS = re.compile(rb'href="([^"]+/ServiceTags_Public_\d+\.json)"')


def azures_newest(page: bytes) -> str:
    """The link to Azure's list, which has a date in it, on the page that offers it. Raises Unreadable."""
    found = _SERVICE_TAGS.search(page)
    if found is None:
        raise Unreadable("the page names no list of service tags")
    return found[1].decode("ascii")


def read(shape: str, document: bytes) -> list[str]:
    """The networks in a document, as they are written there. Raises Unreadable."""
    try:
        networks: list[Any] = list(SHAPES[shape](document))
    except SURPRISES as error:
        raise Unreadable(f"the list is not written as expected: {error!r}") from error
    if not networks:
        raise Unreadable("the list is empty")
    return networks
