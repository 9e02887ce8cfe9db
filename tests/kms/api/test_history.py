"""A key's history tells when it could not be used, and when its grants ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kmsnb.kms import ManualClock
from kmsnb.kms.core.history import History, Outage
from kmsnb.kms.moto.models import backend_of

START = datetime(2026, 9, 7, tzinfo=UTC)


def days(number: int) -> datetime:
    return START + timedelta(days=number)


def test_an_outage_lasts_until_the_key_is_usable_again():
    history = History()
    for day, usable in enumerate([True, False, False, True, True, False]):
        history.note(days(day), usable=usable)
    assert history.outages == [Outage(days(1), days(3)), Outage(days(5))]


def history_of(key: str) -> History:
    region = backend_of("123456789012", "us-east-1").endpoint.region
    return region.keys[key.rpartition("/")[2]].history


def test_disabling_and_scheduling_deletion_are_one_outage(clock: ManualClock, kms: Any, key: str):
    history = history_of(key)
    assert history.outages == []
    kms.disable_key(KeyId=key)
    clock.advance(days=1)
    kms.schedule_key_deletion(KeyId=key)
    clock.advance(days=1)
    kms.cancel_key_deletion(KeyId=key)
    assert [each.end for each in history.outages] == [None]
    kms.enable_key(KeyId=key)
    (outage,) = history.outages
    assert outage.end
    assert outage.end - outage.start == pytest.approx(timedelta(days=2), abs=timedelta(minutes=1))


def test_it_outlives_the_key(clock: ManualClock, kms: Any, key: str):
    history = history_of(key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    clock.advance(days=8)
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId=key)
    assert [each.end for each in history.outages] == [None]


def test_a_key_without_its_material_is_out(clock: ManualClock, kms: Any):
    key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["Arn"]
    assert [each.end for each in history_of(key).outages] == [None]


@pytest.mark.parametrize("operation", ["revoke_grant", "retire_grant"])
def test_a_grant_ends_when_it_is_revoked_or_retired(clock: ManualClock, kms: Any, key: str, operation: str):
    grant = kms.create_grant(
        KeyId=key, GranteePrincipal="rds.us-east-1.amazonaws.com", Operations=["Decrypt"]
    )["GrantId"]
    assert history_of(key).ended_grants == {}
    before = clock.now()
    getattr(kms, operation)(KeyId=key, GrantId=grant)
    assert before <= history_of(key).ended_grants[grant] <= clock.now()
