"""Settings of an installation: read once from the environment, at the edge, then passed on."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from outsidein.errors import InputError

PREFIX = "OUTSIDEIN_"

Secret = Annotated[SecretStr, Field(min_length=32)]


class Settings(BaseModel):
    """Every variable, without its prefix `OUTSIDEIN_`; an empty variable counts as unset."""

    model_config = ConfigDict(frozen=True)

    smtp_host: Annotated[str | None, Field(description="Outgoing mail server (SMTP).")] = None
    smtp_port: Annotated[int, Field(description="Port of the mail server.", gt=0, lt=65536)] = 587
    smtp_tls: Annotated[
        Literal["starttls", "implicit", "none"],
        Field(description="How the connection is encrypted: `starttls`, `implicit` or `none`."),
    ] = "starttls"
    smtp_login: Annotated[
        str | None, Field(description="Login at the mail server, if it needs one.")
    ] = None
    smtp_password: Annotated[
        SecretStr | None, Field(description="Password at the mail server.")
    ] = None
    smtp_from: Annotated[
        str | None,
        Field(description="Sender address of mails.", pattern=r"^[^@\s<>]+@[^@\s<>]+$"),
    ] = None
    link_secret: Annotated[
        Secret | None,
        Field(description="Secret that signs links in mails; 32 characters or more."),
    ] = None
    webhook_secret: Annotated[
        Secret | None,
        Field(description="Secret that signs webhooks; 32 characters or more."),
    ] = None
    openid_issuer: Annotated[
        str | None,
        Field(
            description="Address of the identity provider (OpenID Connect), if there is one.",
            pattern=r"^https?://[^\s]+$",
        ),
    ] = None
    openid_client_id: Annotated[
        str, Field(description="What the identity provider knows this site by.")
    ] = "outsidein"
    openid_client_secret: Annotated[
        SecretStr | None, Field(description="Secret shared with the identity provider.")
    ] = None
    public_url: Annotated[
        str,
        Field(description="Public address of the pages.", pattern=r"^https?://[^\s]+$"),
    ] = "http://127.0.0.1:8000"

    def link_key(self) -> str:
        """Return the secret that signs links.

        Raises:
            InputError: It is not set.
        """
        if self.link_secret is None:
            raise InputError(
                f"Set {PREFIX}LINK_SECRET to a secret of 32 characters or more: it signs the "
                "links in mails."
            )
        return self.link_secret.get_secret_value()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from an environment.

    Raises:
        InputError: A variable is invalid; the message names the variable, never a secret.

    Example:
        >>> read_settings({"OUTSIDEIN_SMTP_HOST": "mail.shop.example"}).smtp_port
        587
    """
    values = {
        name: environment[PREFIX + name.upper()]
        for name in Settings.model_fields
        if environment.get(PREFIX + name.upper())
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        raise InputError(
            f"The environment variable {variable} is invalid: {_problem_text(first)}"
        ) from None


def _problem_text(problem: ErrorDetails) -> str:
    """Word a problem; lengths are in characters, because every value is text."""
    if problem["type"] == "too_short":
        bounds = problem["ctx"]
        return (
            f"it has {bounds['actual_length']} characters and needs {bounds['min_length']} or more"
        )
    return problem["msg"][:1].lower() + problem["msg"][1:]
