"""moto's private parts that queues, topics, functions, log groups and trails rest on, each with what to do if it moves."""

import inspect

from moto.awslambda.models import LambdaFunction, LambdaStorage
from moto.awslambda.utils import get_backend
from moto.cloudtrail.models import Trail
from moto.core.utils import get_service_model
from moto.events.models import Rule
from moto.logs.models import LogEvent, LogGroup, LogStream
from moto.s3 import notifications
from moto.s3.models import FakeBucket
from moto.sns.models import Subscription, Topic
from moto.sqs.models import Message, Queue, SQSBackend


def test_a_queue_keeps_its_messages_and_a_message_its_receipt_handles():
    queue, message = Queue("q", "us-east-1", "123456789012"), Message("id", "body")
    assert (queue._messages, queue.pending_messages) == ([], set()), "sqs.py: receive_message, _put_back"
    assert message._old_receipt_handles == [], "sqs.py: _put_back"
    message.mark_received()
    assert message._old_receipt_handles == [None], "sqs.py: _put_back takes the last one"
    for attribute in ("kms_master_key_id", "kms_data_key_reuse_period_seconds", "sqs_managed_sse_enabled"):
        assert hasattr(queue, attribute), f"data_keys.py, sqs.py: Queue.{attribute}"


def test_services_send_by_these_methods():
    assert callable(Subscription.publish), "deliveries.py: _sns_delivers"
    assert callable(Rule.send_to_targets), "deliveries.py: _event_bridge_delivers"
    sent = [*inspect.signature(notifications.send_event).parameters]
    assert sent == ["account_id", "event_name", "bucket", "key"], "deliveries.py: _s3_notifies"
    assert "notifications.send_event(" in inspect.getsource(inspect.getmodule(FakeBucket)), "the same"
    source = inspect.getsource(FakeBucket.set_notification_configuration)
    assert "send_test_event" in source, "deliveries.py: _s3_tries_out"


def test_queues_and_topics_take_messages_by_these_methods():
    assert [*inspect.signature(SQSBackend.send_message).parameters][1] == "queue_name", (
        "deliveries.py: _queue_takes"
    )
    assert ".send_message(" in inspect.getsource(Subscription), "deliveries.py: _queue_takes"
    assert ".send_message(" in inspect.getsource(Rule), "deliveries.py: _queue_takes"
    assert "topic.publish(" in inspect.getsource(inspect.getmodule(Topic)), "deliveries.py: _topic_takes"


def test_a_function_is_found_in_moto_s_backend():
    assert get_backend("123456789012", "us-east-1")._lambdas._functions == {}, "awslambda.py: _functions"
    source = inspect.getsource(LambdaStorage.put_function)
    assert '"latest"' in source, "awslambda.py: _functions"
    assert '"versions"' in source, "awslambda.py: _functions"
    source = inspect.getsource(LambdaFunction.update_configuration)
    assert "KMSKeyArn" not in source, "moto changes a function's key now: awslambda.py need not do it"


def test_log_groups_keep_their_events():
    assert "streams" in inspect.getsource(LogGroup.__init__), "logs.py: put_log_events, _read"
    assert "self.events += events" in inspect.getsource(LogStream.put_log_events), "logs.py: put_log_events"
    assert "__slots__" not in vars(LogEvent), "logs.py: the data key is kept beside an event"


def test_trails_have_a_key():
    assert "kms_key_id" in inspect.signature(Trail.__init__).parameters, "cloudtrail.py: _with_key"


def test_the_codes_of_sqs_are_where_moto_looks_for_them():
    import kmsnb.services.sqs  # noqa: F401 (it puts them there)

    shape = get_service_model("sqs").shape_for("KmsDisabled")
    assert shape.error_code == "KMS.DisabledException", "sqs.py: _CODES"
