"""STS where permissions are enforced: moto's, which keeps what a session's caller brings along.

STS API Reference, "AssumeRole", "GetSessionToken" and "GetFederationToken". moto answers the last two with made-up
credentials, which are the same each time; here they work. An MFA device must be enabled for the user; any six digits
pass as its code. The messages about MFA are those that AWS has been seen to return.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.exceptions import AccessDeniedError
from moto.core.responses import ActionResult
from moto.iam.models import AccessKey, IAMBackend, iam_backends
from moto.sts.responses import TokenResponse
from moto.sts.utils import random_session_token

from ..authorization import Caller, Kind
from . import callers, sessions
from .models import KmsBackend
from .sessions import Session, Tags


class DeniedError(AccessDeniedError):
    """A refusal in AWS's own words; moto's AccessDeniedError has one sentence for all."""

    def __init__(self, message: str) -> None:
        super(AccessDeniedError, self).__init__("AccessDenied", message)


class SessionResponse(TokenResponse):
    """Handles requests to STS in place of moto's own response class."""

    def assume_role(self) -> ActionResult:
        """Assume a role, with session policies and session tags.

        A code of an MFA device is checked, and that is all: role sessions have no MFA information (IAM User Guide,
        "Secure API access with MFA").
        """
        self._mfa()
        inherited, tags = self._inherited_tags(), self._tags()
        again = {name.lower() for name, _ in inherited} & {name.lower() for name, _ in tags}
        if again:
            raise DeniedError(
                f"The tags {', '.join(sorted(again))} are transitive tags of the calling session."
            )
        transitive = [name for name, _ in inherited] + self._get_param("TransitiveTagKeys", [])
        session = self._session(
            tags=inherited + tags,
            transitive=frozenset(name.lower() for name in transitive),
        )
        return _remembered(super().assume_role(), session)

    def assume_role_with_web_identity(self) -> ActionResult:
        """Assume a role, with session policies."""
        return _remembered(super().assume_role_with_web_identity(), self._session())

    def assume_role_with_saml(self) -> ActionResult:
        """Assume a role, with session policies."""
        return _remembered(super().assume_role_with_saml(), self._session())

    def get_session_token(self) -> ActionResult:
        """Temporary credentials of the user, or the root user, who asks."""
        asking = self._long_term_caller("GetSessionToken")
        answer = super().get_session_token()
        if asking:
            made: Any = answer.result
            made["Credentials"] |= self._credentials(asking, mfa=self._mfa())
        return answer

    def get_federation_token(self) -> ActionResult:
        """Temporary credentials of a federated user, for the user who asks."""
        asking = self._long_term_caller("GetFederationToken")
        answer = super().get_federation_token()
        if asking:
            made: Any = answer.result
            made["Credentials"] |= self._credentials(
                asking, tags=self._tags(), federated=self._get_param("Name")
            )
        return answer

    def get_caller_identity(self) -> ActionResult:
        """Who asks; moto does not know the sessions of users."""
        caller = self._caller()
        if caller is None or caller.token_issued is None:
            return super().get_caller_identity()
        return ActionResult({"UserId": caller.unique_id, "Account": caller.account, "Arn": caller.arn})

    @property
    def _iam(self) -> IAMBackend:
        return iam_backends[self.current_account][self.partition]

    def _caller(self) -> Caller | None:
        token = self.headers.get("X-Amz-Security-Token")
        return callers.find(self.get_access_key(), self.current_account, self.partition, token)

    def _long_term_caller(self, operation: str) -> Caller | None:
        """The user or root user who asks; None for credentials that are not of moto's IAM, which moto answers itself."""
        caller = self._caller()
        if caller and (caller.kind not in (Kind.USER, Kind.ROOT) or caller.token_issued):
            raise DeniedError(f"Cannot call {operation} with session credentials")
        return caller

    def _credentials(self, asking: Caller, **more: Any) -> dict[str, Any]:
        """New credentials of the user who asks, which are remembered."""
        user = self._iam.users.get(asking.username or "")
        key: AccessKey = self._iam.create_temp_access_key()
        session = self._session(
            token=random_session_token(), user_name=user and user.name, user_id=user and user.id, **more
        )
        sessions.remember(key, session)
        return {
            "AccessKeyId": key.access_key_id,
            "SecretAccessKey": key.secret_access_key,
            "SessionToken": session.token,
        }

    def _session(self, **more: Any) -> Session:
        """A session that begins now, with the session policies of the request."""
        named = self._get_param("PolicyArns", [])
        return Session(
            KmsBackend.settings.clock.now(),
            policy=self._get_param("Policy"),
            policy_arns=tuple(each["arn"] for each in named),
            **more,
        )

    def _tags(self) -> Tags:
        return tuple((tag["Key"], tag["Value"]) for tag in self._get_param("Tags", []))

    def _inherited_tags(self) -> Tags:
        """The transitive tags of the session that asks."""
        session = sessions.of(self._iam.access_keys.get(self.get_access_key()))
        return session.passed_on if session else ()

    def _mfa(self) -> bool:
        """Whether the request has a code of an MFA device of the user who asks."""
        serial, code = self._get_param("SerialNumber"), self._get_param("TokenCode")
        if serial is None and code is None:
            return False
        caller = self._caller()
        user = self._iam.users.get(caller.username or "") if caller else None
        if serial is None or code is None:
            wrong = ", must provide both MFA serial number and one time pass code."
        elif user is None or serial not in user.mfa_devices:
            wrong = ", unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."
        elif not re.fullmatch("[0-9]{6}", code):
            wrong = " with invalid MFA one time pass code."
        else:
            return True
        raise DeniedError(f"MultiFactorAuthentication failed{wrong}")


def _remembered(answer: ActionResult, session: Session) -> ActionResult:
    """The answer of moto, which has a role session, after its access key was given the rest."""
    made: Any = answer.result
    sessions.remember(made["Credentials"].access_key, session)
    return answer
