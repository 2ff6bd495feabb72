"""A project's declaration of consent: the purposes of its messages and their legal bases."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from outsidein.errors import nearest
from outsidein.project.declarations import Declaration

FILE = "consent.toml"
"""The file is optional."""

LegalBasis = Literal["consent", "contract", "legitimate_interest"]


class Purpose(Declaration):
    """`[purpose.NAME]` of `consent.toml`: a purpose, by its name in `consents`."""

    legal_basis: LegalBasis
    """`consent`: only customers who gave it. Else everybody who has not refused or withdrawn."""

    reason: Annotated[str, Field(min_length=1)]
    """Why the legal basis applies; recorded with each message."""


SERVICE: Mapping[str, Purpose] = {
    "service": Purpose(
        legal_basis="contract", reason="a response to a problem with the customer's own order"
    )
}


class ConsentFile(Declaration):
    """`consent.toml`."""

    minimum_response: str = "service"
    """Purpose of the minimum response of a playbook."""

    purpose: dict[str, Purpose] = Field(default_factory=lambda: dict(SERVICE), min_length=1)

    @model_validator(mode="after")
    def _names_a_purpose(self) -> "ConsentFile":
        if self.minimum_response not in self.purpose:
            raise ValueError(
                f"minimum_response: there is no purpose {self.minimum_response!r}. "
                f"{nearest(self.minimum_response, self.purpose)}"
            )
        return self
