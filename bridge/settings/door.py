"""Settings of the console's door: who must show a second factor, and who else may say who somebody is."""

from dataclasses import dataclass, field

from bridge.settings import parsing
from bridge.settings.reading import Reader


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider. roles: (claim, value, role): whoever has that claim gets that role."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """How one comes in. require_totp: roles that show a second factor. provider: None where there is no other way."""

    require_totp: tuple[str, ...]
    provider: Provider | None

    @property
    def gives_roles(self) -> bool:
        """Whether a provider says what people may do."""
        return self.provider is not None and bool(self.provider.roles)

    @classmethod
    def read(cls, read: Reader) -> "Door":
        """Read them. Raises InvalidSetting."""
        return cls(read.parsed("REQUIRE_TOTP", "", parsing.roles), _provider(read))


def _provider(read: Reader) -> Provider | None:
    """Whoever names a provider says also who we are to it."""
    issuer = read.optional("OIDC_ISSUER", parsing.issuer)
    roles = read.parsed("OIDC_ROLES", "", parsing.roles_of_claims)
    default = None if issuer else ""
    client_id = read.parsed("OIDC_CLIENT_ID", default, str)
    client_secret = read.parsed("OIDC_CLIENT_SECRET", default, str)
    return Provider(issuer, client_id, client_secret, roles) if issuer else None
