"""A random walk through the life of keys, against a model small enough to be seen to be right."""

import os
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms import ManualClock

from ..conftest import bring, client_in, make, post, refused

DISABLED, DYING = "DisabledException", "KMSInvalidStateException"
SECOND = os.urandom(32)


@dataclass
class Model:
    """What a key should be."""

    external: bool
    state: str
    material: bytes = b""
    deletion: object = None
    gone: bool = False
    rotations: int = 0
    sealed: list = field(default_factory=list)

    @property
    def usable(self) -> str | None:
        """The code with which its use is refused, or None."""
        if self.gone:
            return "NotFoundException"
        return {"Enabled": None, "Disabled": DISABLED}.get(self.state, DYING)


class Keys(RuleBasedStateMachine):
    keys = Bundle("keys")

    def __init__(self):
        super().__init__()
        self.clock = ManualClock()
        kmsnb.kms.install(clock=self.clock)
        self.mock = mock_aws()
        self.mock.start()
        self.kms = client_in("us-east-1")
        self.models: dict[str, Model] = {}

    def teardown(self):
        self.mock.stop()
        kmsnb.kms.uninstall()

    def try_(self, expected, operation, **parameters):
        """Call, and check that it is refused as expected, or not."""
        call = getattr(self.kms, operation)
        if expected is None:
            return call(**parameters)
        with refused(expected):
            call(**parameters)
        return None

    def settle(self):
        """What the clock has done to the models. A call moves it on by a second, so deadlines are not met exactly."""
        for model in self.models.values():
            if model.deletion and model.deletion <= self.clock.now():
                model.gone, model.deletion = True, None

    @rule(target=keys, external=st.booleans())
    def create(self, external):
        self.settle()
        key = make(self.kms, **({"Origin": "EXTERNAL"} if external else {}))
        self.models[key] = Model(external, "PendingImport" if external else "Enabled")
        return key

    @rule(key=keys, plaintext=st.binary(min_size=1, max_size=20))
    def encrypt(self, key, plaintext):
        self.settle()
        model = self.models[key]
        answer = self.try_(model.usable, "encrypt", KeyId=key, Plaintext=plaintext)
        if answer:
            model.sealed.append((answer["CiphertextBlob"], plaintext))

    @rule(key=keys)
    def decrypt(self, key):
        self.settle()
        model = self.models[key]
        for sealed, plaintext in model.sealed[-3:]:
            expected = "AccessDeniedException" if model.gone else model.usable
            answer = self.try_(expected, "decrypt", CiphertextBlob=sealed)
            assert answer is None or answer["Plaintext"] == plaintext
            self.settle()

    @rule(key=keys, on=st.booleans())
    def switch(self, key, on):
        self.settle()
        model = self.models[key]
        allowed = model.state in ("Enabled", "Disabled")
        expected = "NotFoundException" if model.gone else None if allowed else DYING
        self.try_(expected, "enable_key" if on else "disable_key", KeyId=key)
        if expected is None:
            model.state = "Enabled" if on else "Disabled"

    @rule(key=keys, days=st.integers(7, 30))
    def schedule(self, key, days):
        self.settle()
        model = self.models[key]
        expected = "NotFoundException" if model.gone else DYING if model.deletion else None
        answer = self.try_(expected, "schedule_key_deletion", KeyId=key, PendingWindowInDays=days)
        if answer:
            model.state, model.deletion = "PendingDeletion", answer["DeletionDate"]

    @rule(key=keys)
    def cancel(self, key):
        self.settle()
        model = self.models[key]
        expected = "NotFoundException" if model.gone else None if model.deletion else DYING
        if self.try_(expected, "cancel_key_deletion", KeyId=key):
            complete = bool(model.material) or not model.external
            model.state, model.deletion = "Disabled" if complete else "PendingImport", None

    @rule(key=keys)
    def rotate(self, key):
        self.settle()
        model = self.models[key]
        expected = model.usable
        if model.external and expected is None:
            expected = "KMSInvalidStateException"
        if expected is None and model.rotations == 25:
            expected = "LimitExceededException"
        if self.try_(expected, "rotate_key_on_demand", KeyId=key):
            model.rotations += 1

    @rule(key=keys)
    def import_(self, key):
        self.settle()
        model = self.models[key]
        if not model.external or model.gone or model.deletion:
            expected = (
                "NotFoundException"
                if model.gone
                else DYING
                if model.deletion
                else "UnsupportedOperationException"
            )
            self.try_(
                expected,
                "get_parameters_for_import",
                KeyId=key,
                WrappingAlgorithm="RSAES_OAEP_SHA_256",
                WrappingKeySpec="RSA_2048",
            )
            return
        bring(self.kms, key, SECOND)
        model.material = SECOND
        if model.state == "PendingImport":
            model.state = "Enabled"

    @rule(key=keys)
    def delete_material(self, key):
        self.settle()
        model = self.models[key]
        expected = (
            "NotFoundException" if model.gone else None if model.external else "UnsupportedOperationException"
        )
        if self.try_(expected, "delete_imported_key_material", KeyId=key) and model.material:
            model.material = b""
            if not model.deletion:
                model.state = "PendingImport"

    @rule(days=st.sampled_from([1, 5, 10, 40]))
    def wait(self, days):
        self.clock.advance(days=days)

    @invariant()
    def keys_are_in_the_state_of_their_models(self):
        for key, model in self.models.items():
            self.settle()
            status, answer = post(self.kms, "DescribeKey", {"KeyId": key})
            if model.gone:
                assert (status, answer["__type"]) == (400, "NotFoundException")
            else:
                assert answer["KeyMetadata"]["KeyState"] == model.state
                assert answer["KeyMetadata"]["Enabled"] == (model.state == "Enabled")


Keys.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestKeys = Keys.TestCase
