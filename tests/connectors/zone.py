"""A name server that a test writes down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.dns import Silent


@dataclass
class Zone:
    """Records by kind and name, such as {"TXT example.com": ["v=spf1 -all"]}; what is None is silent."""

    records: Mapping[str, Sequence[str] | None]
    asked: list[str] = field(default_factory=list)

    def txt(self, name: str) -> list[str]:
        return self._records("TXT", name)

    def mx(self, name: str) -> list[str]:
        return self._records("MX", name)

    def addresses(self, name: str) -> list[str]:
        return self._records("A", name)

    def names(self, address: str) -> list[str]:
        return self._records("PTR", address)

    def _records(self, kind: str, name: str) -> list[str]:
        self.asked.append(f"{kind} {name}")
        found = self.records.get(f"{kind} {name}", [])
        if found is None:
            raise Silent(f"the DNS says nothing about {name} ({kind}): no answer in time")
        return list(found)
