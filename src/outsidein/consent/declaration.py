"""What a project declares of consent: the purposes of its messages, and what they rest on."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from outsidein.errors import nearest
from outsidein.project.declarations import Declaration

FILE = "consent.toml"
"""A project may do without it."""

LegalBasis = Literal["consent", "contract", "legitimate_interest"]


class Purpose(Declaration):
    """`[purpose.NAME]` of `consent.toml`: what messages are for, by the name `consents` has."""

    legal_basis: LegalBasis
    """`consent`: only to who gave it. Else to everybody who did not refuse or withdraw."""

    reason: Annotated[str, Field(min_length=1)]
    """Why it may rest on that; recorded with each message."""


SERVICE: Mapping[str, Purpose] = {
    "service": Purpose(
        legal_basis="contract", reason="an answer to what went wrong with the customer's own order"
    )
}


class ConsentFile(Declaration):
    """`consent.toml`."""

    minimum_response: str = "service"
    """Purpose under which customers get the minimum response of a playbook."""

    purpose: dict[str, Purpose] = Field(default_factory=lambda: dict(SERVICE), min_length=1)

    @model_validator(mode="after")
    def _names_a_purpose(self) -> "ConsentFile":
        if self.minimum_response not in self.purpose:
            raise ValueError(
                f"minimum_response: there is no purpose {self.minimum_response!r}. "
                f"{nearest(self.minimum_response, self.purpose)}"
            )
        return self
