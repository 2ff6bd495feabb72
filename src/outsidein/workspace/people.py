"""Who may use a project's pages: people, their sign-ins, and keys of machines."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from outsidein.access import api_keys, browsers, sign_in
from outsidein.access import people as access
from outsidein.access.api_keys import ApiKey, NewKey
from outsidein.access.browsers import NewSignIn, SignIn
from outsidein.access.people import Person
from outsidein.access.rights import Right, Role
from outsidein.access.sign_in import FIRST_LINK_VALID, LINK_VALID
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.errors import InputError, UnknownName
from outsidein.workspace.workspace import Workspace

KEYS = "api_keys"
"""The audit's name for all keys of machines."""


@dataclass(frozen=True, slots=True)
class PeopleAccess:
    """People who may use the pages of one project, and keys of machines."""

    work: Workspace

    def everybody(self) -> list[Person]:
        """Return everybody, by name."""
        with Session(self.work.store) as session:
            return access.people(session)

    def add(
        self,
        email: str,
        *,
        role: Role,
        name: str = "",
        teams: Collection[str] = (),
        by: str | None = None,
    ) -> Person:
        """Add a person.

        Raises:
            InputError: The address is none, somebody has it already, or there is no such team.
        """
        self._check_teams(teams)
        with self.work.acts.act("person.added", "people", by=by) as act:
            person = access.add_person(
                act.session, email=email, name=name, role=role, teams=teams, at=act.now
            )
            act.details |= {"person": person.id, "role": role, "teams": sorted(teams)}
            return person

    def change(
        self,
        email: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        teams: Collection[str] | None = None,
        by: str | None = None,
    ) -> Person:
        """Change a person's name, role or teams; what is None stays.

        Raises:
            UnknownName: Nobody has this address.
            InputError: They are the last administrator, or there is no such team.
        """
        self._check_teams(teams or ())
        with self.work.acts.act("person.changed", "people", by=by) as act:
            person = access.change_person(act.session, email, name=name, role=role, teams=teams)
            act.details |= {
                "person": person.id, "role": person.role, "teams": sorted(person.teams)
            }  # fmt: skip
            return person

    def disable(self, email: str, *, by: str | None = None) -> None:
        """Let a person no longer sign in; their open browsers are signed out.

        Raises:
            UnknownName: Nobody has this address.
            InputError: They are the last administrator.
        """
        with self.work.acts.act("person.disabled", "people", by=by) as act:
            act.details["person"] = access.person_by_email(act.session, email).id
            access.disable_person(act.session, email, at=act.now)

    def enable(self, email: str, *, by: str | None = None) -> None:
        """Let a person sign in again.

        Raises:
            UnknownName: Nobody has this address.
        """
        with self.work.acts.act("person.enabled", "people", by=by) as act:
            act.details["person"] = access.person_by_email(act.session, email).id
            access.enable_person(act.session, email)

    def set_password(self, email: str, password: str, *, by: str | None = None) -> None:
        """Give a person a new password; their open browsers are signed out.

        Raises:
            UnknownName: Nobody has this address.
            InputError: The password is too short or too long.
        """
        with self.work.acts.act("person.password_set", "people", by=by) as act:
            act.details["person"] = access.person_by_email(act.session, email).id
            access.set_password(act.session, email, password)

    def link(
        self, email: str, *, valid: timedelta = FIRST_LINK_VALID, by: str | None = None
    ) -> str:
        """Return a link that signs a person in once; earlier ones end.

        Raises:
            UnknownName: Nobody has this address.
            InputError: The person may no longer sign in.
        """
        with self.work.acts.act("person.link_given", "people", by=by) as act:
            act.details["person"] = access.person_by_email(act.session, email).id
            token = sign_in.new_link(act.session, email, valid=valid, at=act.now)
        if token is None:
            raise InputError(f"{email} may no longer sign in: outsidein people enable {email}.")
        return self._address(token)

    def mail_link(self, email: str, *, address: str) -> None:
        """Mail a link to a person who asks for one; nothing tells whether there is such a person.

        Args:
            email: Their address.
            address: Network address of the browser that asks.
        """
        with self.work.acts.batch() as session:
            now = self.work.clock()
            if not sign_in.may_have_link(session, email, address=address, at=now):
                return
            token = sign_in.new_link(session, email, valid=LINK_VALID, at=now)
            if token is None:
                return
            mail = OutgoingDelivery(
                key=f"sign-in:{token[:16]}",
                kind="mail",
                to=access.person_by_email(session, email).email,
                subject=f"Sign in to {self.work.file.name}",
                body=_words(self._address(token)),
                about="sign-in",
                due_at=now,
            )
            post_delivery(session, mail)

    def sign_in(self, email: str, password: str, *, address: str) -> NewSignIn | None:
        """Sign in with a password; None if address and password do not belong together.

        Raises:
            SignInRefused: There were too many failed attempts.
        """
        with self.work.acts.batch() as session:
            now = self.work.clock()
            return sign_in.sign_in_with_password(
                session, email=email, password=password, address=address, at=now
            )

    def follow_link(self, token: str) -> NewSignIn:
        """Sign in with a link, which is then used up.

        Raises:
            SignInRefused: It was used or has expired, or its person may no longer sign in.
        """
        with self.work.acts.batch() as session:
            return sign_in.sign_in_with_link(session, token, at=self.work.clock())

    def sign_in_as(self, email: str) -> NewSignIn | None:
        """Sign in whom an identity provider has identified; None if nobody here has the address."""
        with self.work.acts.batch() as session:
            return sign_in.sign_in_as(session, email, at=self.work.clock())

    def signed_in(self, token: str) -> SignIn | None:
        """Return the sign-in that a cookie stands for, if it has not ended."""
        with self.work.acts.batch() as session:
            return browsers.sign_in_of(session, token, at=self.work.clock())

    def sign_out(self, token: str) -> None:
        """Sign a browser out."""
        with self.work.acts.batch() as session:
            browsers.end_sign_in(session, token)

    def api_keys(self) -> list[ApiKey]:
        """Return keys of machines, latest first."""
        with Session(self.work.store) as session:
            return api_keys.keys(session)

    def add_key(self, name: str, *, rights: Collection[Right], by: str | None = None) -> NewKey:
        """Make a key; its text is shown once.

        Raises:
            InputError: The name is empty, or the key may do nothing.
        """
        with self.work.acts.act("key.added", KEYS, by=by) as act:
            new = api_keys.new_key(act.session, name, rights=rights, by=act.by, at=act.now)
            act.details |= {"key": new.key.id, "name": name, "rights": sorted(rights)}
            return new

    def rotate_key(self, key: str, *, by: str | None = None) -> NewKey:
        """Replace a key; the old one works some days longer.

        Raises:
            UnknownName: There is no such key.
        """
        with self.work.acts.act("key.rotated", KEYS, by=by) as act:
            new = api_keys.rotate_key(act.session, key, by=act.by, at=act.now)
            act.details |= {"key": key, "by": new.key.id}
            return new

    def revoke_key(self, key: str, *, by: str | None = None) -> None:
        """Take a key away at once.

        Raises:
            UnknownName: There is no such key.
        """
        with self.work.acts.act("key.revoked", KEYS, by=by, details={"key": key}) as act:
            api_keys.revoke_key(act.session, key, at=act.now)

    def key_of(self, text: str) -> ApiKey | None:
        """Return the key that a machine sends; None if it opens nothing."""
        with self.work.acts.batch() as session:
            return api_keys.key_of(session, text, at=self.work.clock())

    def _address(self, token: str) -> str:
        return f"{self.work.settings.public_url.rstrip('/')}/sign-in/{token}"

    def _check_teams(self, teams: Collection[str]) -> None:
        declared = self.work.loop().teams
        for team in teams:
            if team not in declared:
                raise UnknownName("team", team, declared)


def _words(link: str) -> str:
    minutes = int(LINK_VALID.total_seconds() // 60)
    return (
        f"This link signs you in, once, within {minutes} minutes:\n\n{link}\n\n"
        "If you did not ask for it, do nothing.\n"
    )
