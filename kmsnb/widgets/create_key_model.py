"""The console's steps for creating a key: what was chosen so far, what is wrong with it, and the calls it comes to."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.figures.console_steps import STEPS
from kmsnb.kms.core.specs import (
    ENCRYPT_DECRYPT,
    GENERATE_VERIFY_MAC,
    KEY_AGREEMENT,
    KEY_SPECS,
    SIGN_VERIFY,
    SYMMETRIC_DEFAULT,
)

from .create_key_code import source
from .create_key_policy import Policy, console_policy

LABELS, USAGE, POLICY, REVIEW = 2, 4, 5, 6
#: What the console calls the usages; it has no words for encapsulation here.
USAGES = {
    "Encrypt and decrypt": ENCRYPT_DECRYPT,
    "Generate and verify MAC": GENERATE_VERIFY_MAC,
    "Sign and verify": SIGN_VERIFY,
    "Key agreement": KEY_AGREEMENT,
}
KEY_TYPES = ("Symmetric", "Asymmetric")
ORIGINS = {"KMS (recommended)": "AWS_KMS", "External (import key material)": "EXTERNAL"}
_LONGEST_ALIAS = 256 - len("alias/")


@dataclass(frozen=True)
class Refusal:
    """What KMS answered instead of doing it."""

    code: str
    message: str


@dataclass(frozen=True)
class Made:
    """The result of the two calls: the key's id, empty if there is no key; and the refusal, if one of them was refused."""

    key_id: str = ""
    refusal: Refusal | None = None


@dataclass
class CreateKeyModel:
    """The choices of all steps. ``people`` are the ARNs of the account's users and roles; tags are ``key=value`` lines.

    ``own_policy`` is the policy as edited by hand, empty as long as the one the console writes is good enough.
    """

    account: str
    region: str
    people: tuple[str, ...] = ()
    key_type: str = "Symmetric"
    usage: str = ENCRYPT_DECRYPT
    spec: str = SYMMETRIC_DEFAULT
    origin: str = "AWS_KMS"
    multi_region: bool = False
    alias: str = ""
    description: str = ""
    tags: str = ""
    administrators: tuple[str, ...] = field(default=())
    may_delete: bool = True
    users: tuple[str, ...] = field(default=())
    accounts: str = ""
    own_policy: str = ""

    @property
    def usages(self) -> dict[str, str]:
        """The usages of this key type, by their names in the console."""
        return {name: usage for name, usage in USAGES.items() if self.specs_for(usage)}

    def specs_for(self, usage: str) -> tuple[str, ...]:
        """The key specs of this key type that can be had for a usage."""
        asymmetric = self.key_type == "Asymmetric"
        return tuple(
            spec.name
            for spec in KEY_SPECS.values()
            if not spec.missing and spec.asymmetric == asymmetric and usage in spec.usages
        )

    def settle(self) -> None:
        """After a new key type or usage: choose the first usage and spec that fit, where the old ones do not."""
        if self.usage not in self.usages.values():
            self.usage = next(iter(self.usages.values()))
        if self.spec not in self.specs_for(self.usage):
            self.spec = self.specs_for(self.usage)[0]

    @property
    def alias_name(self) -> str:
        """The alias as the API takes it: the console puts the prefix before whatever is typed."""
        return f"alias/{self.alias}" if self.alias else ""

    def problems(self, step: int) -> tuple[str, ...]:
        """What must be corrected before the console would go on from this step (1 to 6), as messages."""
        of_step: dict[int, Callable[[], tuple[str, ...]]] = {
            LABELS: self._label_problems,
            USAGE: self._account_problems,
            POLICY: self._policy_problems,
        }
        steps = range(1, REVIEW) if step == REVIEW else (step,)
        return tuple(problem for each in steps if each in of_step for problem in of_step[each]())

    def built_policy(self) -> Policy:
        """The policy that the choices come to."""
        return console_policy(
            self.account,
            spec=self.spec,
            usage=self.usage,
            origin=self.origin,
            multi_region=self.multi_region,
            administrators=self.administrators,
            may_delete=self.may_delete,
            users=self.users,
            accounts=_accounts(self.accounts),
        )

    def built_text(self) -> str:
        return json.dumps(self.built_policy(), indent=2)

    def policy(self) -> Any:
        """The policy that will be sent, as data: the edited one, or the one that the choices come to.

        Raises ``ValueError`` for an edited one that isn't JSON.
        """
        return json.loads(self.own_policy) if self.own_policy else self.built_policy()

    def parameters(self) -> dict[str, Any]:
        """The parameters of CreateKey, without the policy."""
        sent: dict[str, Any] = {
            "KeySpec": self.spec,
            "KeyUsage": self.usage,
            "Origin": self.origin,
            "MultiRegion": self.multi_region,
        }
        if self.description:
            sent["Description"] = self.description
        if tags := _tags(self.tags):
            sent["Tags"] = [{"TagKey": key, "TagValue": value} for key, value in tags]
        return sent

    def code(self, step: int = REVIEW) -> str:
        """The program that does what was chosen up to this step."""
        parameters = self.parameters()
        if step < LABELS:
            parameters = {
                name: value for name, value in parameters.items() if name not in ("Description", "Tags")
            }
        try:
            policy = self.policy() if step > LABELS else None
        except ValueError:
            policy = self.built_policy()
        return source(self.region, parameters, policy, self.alias_name if step >= LABELS else "")

    def create(self, kms: Any) -> Made:
        """Make the two calls with ``kms``. Raises ``ValueError`` while there are problems."""
        if problems := self.problems(REVIEW):
            raise ValueError(" ".join(problems))
        key_id = ""
        try:
            made = kms.create_key(**self.parameters(), Policy=json.dumps(self.policy()))
            key_id = made["KeyMetadata"]["KeyId"]
            kms.create_alias(AliasName=self.alias_name, TargetKeyId=key_id)
        except ClientError as error:
            told = error.response["Error"]
            return Made(key_id, Refusal(told["Code"], told["Message"]))
        return Made(key_id)

    def _label_problems(self) -> tuple[str, ...]:
        return tuple(filter(None, (self._alias_problem(), self._tags_problem())))

    def _alias_problem(self) -> str:
        if not self.alias:
            return "Type an alias: the console doesn't go on without one."
        if self.alias.startswith("aws/"):
            return "Aliases that begin with aws/ are reserved for AWS: choose another one."
        if not re.fullmatch(r"[a-zA-Z0-9/_-]+", self.alias):
            return "An alias can contain only letters without accents, digits, and / _ -"
        if len(self.alias) > _LONGEST_ALIAS:
            return f"An alias has {_LONGEST_ALIAS} characters at most after its prefix."
        return ""

    def _tags_problem(self) -> str:
        wrong = [
            line for line in self.tags.splitlines() if line.strip() and not line.partition("=")[0].strip()
        ]
        return (
            f"Each tag is a line such as team=shop; this one has no key: {wrong[0].strip()}" if wrong else ""
        )

    def _account_problems(self) -> tuple[str, ...]:
        wrong = [each for each in _accounts(self.accounts) if not re.fullmatch(r"[0-9]{12}", each)]
        return (f"An account id has 12 digits; this isn't one: {wrong[0]}",) if wrong else ()

    def _policy_problems(self) -> tuple[str, ...]:
        try:
            document = self.policy()
        except json.JSONDecodeError as error:
            return (f"The policy isn't valid JSON: {error.msg}, line {error.lineno}, column {error.colno}.",)
        statements = document.get("Statement") if isinstance(document, dict) else None
        if not isinstance(statements, list) or not all(isinstance(each, dict) for each in statements):
            return ('A policy is an object such as {"Version": "2012-10-17", "Statement": [{…}, {…}]}.',)
        return ()


def step_name(step: int) -> str:
    """``Step 2 of 6: Add labels``."""
    return f"Step {step} of {len(STEPS)}: {STEPS[step - 1]}"


def _accounts(text: str) -> list[str]:
    return re.findall(r"[^\s,;]+", text)


def _tags(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return [(key.strip(), value.strip()) for key, _, value in pairs if key.strip()]
