"""Keys of machines: added, rotated, revoked; the text of a key is shown once."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form
from fastapi.responses import HTMLResponse, RedirectResponse

from outsidein.access.rights import Right
from outsidein.web.site import AVisit, Pages, Site

Parts = Sequence[tuple[str, str]]
Rights = Annotated[list[Right], Form(default_factory=list)]
KeyName = Annotated[str, Form(max_length=200)]


def declare_keys(pages: Pages, site: Site, *, parts: Parts) -> None:
    """Declare the pages of keys.

    Args:
        pages: Of which they are a part.
        site: Whose keys they are.
        parts: Pages beside them.
    """

    def shown(visit: AVisit, text: str = "") -> HTMLResponse:
        return site.page(
            visit,
            "settings/keys.html",
            keys=site.home.people.api_keys(),
            rights=[right for right in Right if right != Right.ADMINISTER],
            text=text,
            now=site.now(),
            parts=parts,
        )

    @pages.get("/settings/keys", needs=Right.ADMINISTER)
    def keys(visit: AVisit) -> HTMLResponse:
        return shown(visit)

    @pages.post("/settings/keys", needs=Right.ADMINISTER)
    def add(visit: AVisit, name: KeyName, rights: Rights) -> HTMLResponse:
        return shown(visit, site.home.people.add_key(name, rights=rights, by=visit.by).text)

    @pages.post("/settings/keys/{key}/rotate", needs=Right.ADMINISTER)
    def rotate(visit: AVisit, key: str) -> HTMLResponse:
        return shown(visit, site.home.people.rotate_key(key, by=visit.by).text)

    @pages.post("/settings/keys/{key}/revoke", needs=Right.ADMINISTER)
    def revoke(visit: AVisit, key: str) -> RedirectResponse:
        site.home.people.revoke_key(key, by=visit.by)
        return RedirectResponse(visit.address("settings/keys"), status_code=303)
