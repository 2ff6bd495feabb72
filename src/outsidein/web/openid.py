"""Signing in at the firm's identity provider (OpenID Connect)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Request
from fastapi.responses import Response
from httpx import HTTPError
from starlette.concurrency import run_in_threadpool

from outsidein.settings import Settings
from outsidein.web.sign_in import SignInPages

METADATA = "/.well-known/openid-configuration"

NOT_CONFIRMED = "The identity provider did not confirm who you are. Try again."
NO_PERSON = "Nobody here has the mail address that the identity provider names."
OUT_OF_REACH = "The identity provider does not answer. Sign in another way, or try again."


@dataclass(frozen=True, slots=True)
class OpenIdPages:
    """The way to the provider and back.

    Attributes:
        pages: The pages of signing in.
        settings: Address of the provider, and what it knows this site by.
    """

    pages: SignInPages
    settings: Settings

    @property
    def router(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        router.add_api_route("/sign-in/openid", self.leave, response_model=None)
        router.add_api_route("/sign-in/openid/back", self.come_back, response_model=None)
        return router

    async def leave(self, request: Request) -> Response:
        """Send the browser to the provider."""
        back = f"{self.settings.public_url.rstrip('/')}/sign-in/openid/back"
        try:
            answer: Response = await self._provider().authorize_redirect(request, back)
        except (HTTPError, OAuthError):
            return self.pages.refused(request, OUT_OF_REACH)
        return answer

    async def come_back(self, request: Request) -> Response:
        """Sign in whom the provider names, if somebody here has that mail address."""
        try:
            claims = await self._claims(request)
        except HTTPError:
            return self.pages.refused(request, OUT_OF_REACH)
        except OAuthError:
            return self.pages.refused(request, NOT_CONFIRMED)
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is False:
            return self.pages.refused(request, NOT_CONFIRMED)
        begun = await run_in_threadpool(self.pages.people.sign_in_as, email)
        return self.pages.signed_in(begun, "/") if begun else self.pages.refused(request, NO_PERSON)

    async def _claims(self, request: Request) -> Mapping[str, object]:
        """Return what the provider says of a person; many keep the address out of the token."""
        provider = self._provider()
        token = await provider.authorize_access_token(request)
        signed: Mapping[str, object] = token.get("userinfo") or {}
        if "email" in signed:
            return signed
        asked: Mapping[str, object] = await provider.userinfo(token=token)
        return asked if asked.get("sub") == signed.get("sub") else {}

    def _provider(self) -> Any:  # noqa: ANN401  Authlib is untyped
        secret = self.settings.openid_client_secret
        return OAuth().register(
            "provider",
            client_id=self.settings.openid_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{(self.settings.openid_issuer or '').rstrip('/')}{METADATA}",
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
        )
