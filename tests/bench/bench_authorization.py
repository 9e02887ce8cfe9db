"""What a decision costs: ``python -m tests.bench.bench_authorization``.

An Encrypt of plain moto takes about 2 ms, so a decision of 30 µs adds a hundredth and a half.
"""

import timeit
from collections.abc import Callable

from kmsnb.kms.authorization import Decision, Request, decide, parse_key_policy
from tests.kms.authorization.test_article import POLICY
from tests.kms.authorization.world import (
    ABC,
    ADMINISTRATOR,
    DELEGATES,
    XYZ,
    allow,
    caller,
    document,
    grant,
    key,
)

CALLS, REPEATS = 2000, 7
CONTEXT = {"KeyId": "alias/test", "EncryptionContext": {"AppName": "ExampleApp", "Stage": "Test"}}


def decision(who: str, facts: object, action: str = "Encrypt", *statements: dict) -> Callable[[], Decision]:
    asking = caller(who, *statements)
    return lambda: decide(Request(asking, f"kms:{action}", facts, parameters=CONTEXT))


def cases() -> dict[str, Callable[[], object]]:
    default, article = key(DELEGATES), key(*POLICY)
    conditional = key(
        allow(
            ABC, "Encrypt", Condition={"StringEquals": {"kms:EncryptionContext:AppName": "${aws:username}"}}
        )
    )
    granted = key(allow(XYZ, "kms:*"), grants=tuple(grant(ABC, "Encrypt", id=str(n)) for n in range(100)))
    text = document(POLICY)
    return {
        "default policy, administrator": decision(ABC, default, "Encrypt", ADMINISTRATOR),
        "article's policy, user ABC, Encrypt": decision(ABC, article),
        "article's policy, XYZ, Encrypt (denied)": decision(XYZ, article),
        "article's policy, ABC, CreateGrant (condition)": decision(ABC, article, "CreateGrant"),
        "a condition with a policy variable": decision(ABC, conditional),
        "a key with 100 grants": decision(ABC, granted),
        "parsing the article's policy": lambda: parse_key_policy(text),
    }


def main() -> None:
    for name, case in cases().items():
        times = sorted(timeit.repeat(case, number=CALLS, repeat=REPEATS))
        fastest, median = (1e6 * times[at] / CALLS for at in (0, REPEATS // 2))
        print(f"{name:<48} {fastest:7.1f} µs  (median {median:.1f})")


if __name__ == "__main__":
    main()
