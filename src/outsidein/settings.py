"""What an installation is told by its environment: read once, at the edge, then passed on."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from outsidein.errors import InputError

PREFIX = "OUTSIDEIN_"

Secret = Annotated[SecretStr, Field(min_length=32)]


class Settings(BaseModel):
    """Every variable, without its prefix `OUTSIDEIN_`; one that is set to nothing is not set."""

    model_config = ConfigDict(frozen=True)

    smtp_host: Annotated[str | None, Field(description="Server that takes mails.")] = None
    smtp_port: Annotated[int, Field(description="Its port.", gt=0, lt=65536)] = 587
    smtp_tls: Annotated[
        Literal["starttls", "implicit", "none"],
        Field(description="How the line to it is made secret: `starttls`, `implicit` or `none`."),
    ] = "starttls"
    smtp_login: Annotated[str | None, Field(description="Login there, if it wants one.")] = None
    smtp_password: Annotated[SecretStr | None, Field(description="Password there.")] = None
    smtp_from: Annotated[
        str | None,
        Field(description="Address that mails come from.", pattern=r"^[^@\s<>]+@[^@\s<>]+$"),
    ] = None
    link_secret: Annotated[
        Secret | None,
        Field(description="What links in mails are signed with; 32 characters or more."),
    ] = None
    webhook_secret: Annotated[
        Secret | None,
        Field(description="What webhooks are signed with; 32 characters or more."),
    ] = None
    public_url: Annotated[
        str,
        Field(
            description="Where the pages are reached from outside.", pattern=r"^https?://[^\s]+$"
        ),
    ] = "http://127.0.0.1:8000"

    def link_key(self) -> str:
        """Return what links are signed with.

        Raises:
            InputError: It is not set.
        """
        if self.link_secret is None:
            raise InputError(f"Set {PREFIX}LINK_SECRET to 32 characters or more that nobody knows.")
        return self.link_secret.get_secret_value()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings out of an environment.

    Raises:
        InputError: A variable says what cannot be; names the variable, never a secret.

    Example:
        >>> read_settings({"OUTSIDEIN_SMTP_HOST": "mail.shop.example"}).smtp_port
        587
    """
    given = {
        name: environment[PREFIX + name.upper()]
        for name in Settings.model_fields
        if environment.get(PREFIX + name.upper())
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        raise InputError(
            f"The environment variable {variable} will not do: {_worded(first)}"
        ) from None


def _worded(problem: ErrorDetails) -> str:
    """Say what is wrong; what is too short is counted in characters, for here all is text."""
    if problem["type"] == "too_short":
        told = problem["ctx"]
        return f"it has {told['actual_length']} characters and needs {told['min_length']} or more"
    return problem["msg"][:1].lower() + problem["msg"][1:]
