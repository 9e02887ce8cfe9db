"""A lab for each test, and a key that Uma may use in it or not."""

from collections.abc import Iterator
from typing import Any

import pytest

import kmsnb
from kmsnb.kms.records.journal import Record


@pytest.fixture
def lab() -> Iterator[kmsnb.Lab]:
    with kmsnb.start() as lab:
        yield lab


def make_key(lab: kmsnb.Lab, **more: Any) -> str:
    """The ARN of a new key of the lab's account, with the default key policy unless another is given."""
    return lab.user("student").client("kms").create_key(**more)["KeyMetadata"]["Arn"]


def asked(lab: kmsnb.Lab, since: int = 0) -> list[Record]:
    """What services have asked KMS, from a length of the journal on."""
    return [record for record in lab.journal.records[since:] if record.cause]
