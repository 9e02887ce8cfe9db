"""The KMS core stands without moto: where it cannot be imported, keys, calls and decisions work all the same."""

import subprocess
import sys
import textwrap


def in_a_python_without_moto(code: str) -> str:
    program = 'import sys\nsys.modules["moto"] = None  # importing it raises ImportError\n' + textwrap.dedent(
        code
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_outside_of_kms_moto_can_be_imported():
    loaded = in_a_python_without_moto(
        """
        import importlib, pkgutil
        for room in ("authorization", "core", "records", "api"):
            folder = importlib.import_module(f"kmsnb.kms.{room}")
            for module in pkgutil.walk_packages(folder.__path__, folder.__name__ + "."):
                importlib.import_module(module.name)
        print(*[name for name in sys.modules if name.startswith("kmsnb.kms.moto")])
        """
    )
    assert loaded.strip() == ""


def test_a_call_is_answered_checked_and_recorded():
    said = in_a_python_without_moto(
        """
        from kmsnb.kms import Journal, ManualClock, Meter
        from kmsnb.kms.api.endpoint import Endpoint, Settings
        from kmsnb.kms.api.handler import handle
        from kmsnb.kms.api.origin import Origin
        from kmsnb.kms.authorization import Caller, Kind
        from kmsnb.kms.core.errors import AccessDeniedException
        from kmsnb.kms.core.region import Region
        from kmsnb.kms.records.recorder import Recorder

        class Regions:
            def accounts(self): return ["123456789012"]
            def in_account(self, account): return [region]
            def find(self, account, name): return region

        class Principals:
            def find(self, access_key, account, partition, session_token=None):
                if access_key == "root":
                    return Caller.root(account)
                return Caller(Kind.USER, f"arn:aws:iam::{account}:user/{access_key}", account)
            def exists(self, principal): return True
            def unique_id(self, arn): return None
            def place(self, account, partition): return None
            def vpc_endpoint(self, endpoint_id, region): return None

        settings = Settings(ManualClock(), True, Recorder(Journal(), Meter()))
        region = Region("us-east-1", "123456789012", "aws",
                        clock=settings.clock, observer=settings.recorder, regions=Regions())
        endpoint = Endpoint(region, settings, Principals())

        def call(operation, who="root", **members):
            return handle(operation, members, endpoint, origin=Origin(who))

        key = call("CreateKey")["KeyMetadata"]["KeyId"]
        blob = call("Encrypt", KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
        print(call("Decrypt", CiphertextBlob=blob)["Plaintext"])
        try:
            call("Decrypt", "Kim", CiphertextBlob=blob)
        except AccessDeniedException as error:
            print(error.decision.reason)
        call("EnableKeyRotation", KeyId=key)
        settings.clock.advance(days=366)
        call("DescribeKey", KeyId=key)
        print(*[record.name for record in settings.recorder.journal])
        """
    )
    assert said.splitlines() == [
        "b'secret'",
        "no IAM policy of the caller allows it",
        "CreateKey Encrypt Decrypt Decrypt EnableKeyRotation RotateKey DescribeKey",
    ]
