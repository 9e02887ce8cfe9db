"""Auto Scaling: it launches instances as its service-linked role, which needs permission for the key like any role.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| one that adds instances to a group, such as CreateAutoScalingGroup or SetDesiredCapacity | what RunInstances asks | the role AWSServiceRoleForAutoScaling, through EC2 | as for RunInstances |
| one that takes instances away | RetireGrant | EC2 | |
| EC2's TerminateInstances, of an instance in a group | RetireGrant, then for the instance in its place as above | EC2, then the role | |

The role's own policy does not mention KMS: for a customer managed key of the account, the key policy must allow the role
to use the key and to create grants; for a key of another account, a grant must. Where KMS refuses, the instance is
terminated and DescribeScalingActivities tells why; AWS goes on trying, here the next request does.

Amazon EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes" and "Service-linked roles
for Amazon EC2 Auto Scaling", "Health checks for instances in an Auto Scaling group". On AWS it takes a health check until
an instance that EC2 terminated is replaced; here it is at once. Not simulated: health checks of any other kind.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from kmsnb.kms.moto import callers

from .call import Answer, Call
from .ec2_answers import refusal
from .ec2_grants import lock
from .ec2_instances import launch, volumes_of
from .service import Service

ROLE = "AWSServiceRoleForAutoScaling"


def scale(call: Call, do: Callable[[Call], Answer] = Call.proceed) -> Answer:
    """Let moto launch and terminate instances while it does this, then ask KMS for those that are new."""
    groups = autoscaling_backends[call.account][call.region].autoscaling_groups
    before = {
        state.instance.id: state.instance for group in groups.values() for state in group.instance_states
    }
    volumes = {instance_id: volumes_of(call, instance) for instance_id, instance in before.items()}
    answer = do(call)
    for instance_id, instance in before.items():
        if instance.state == "terminated":
            for volume in volumes[instance_id]:
                lock(call, volume)
    if groups:
        call.role = _service_linked_role(call)
    for group in list(groups.values()):
        for state in [state for state in group.instance_states if state.instance.id not in before]:
            if not launch(call, state.instance):
                group.instance_states.remove(state)
                _report(call, group, state.instance)
    return answer


def _service_linked_role(call: Call) -> Any:
    """A session of the role, which Auto Scaling creates with the first group of an account."""
    partition = get_partition(call.region)
    iam = iam_backends[call.account][partition]
    if not any(role.name == ROLE for role in iam.get_roles()):
        iam.create_service_linked_role("autoscaling.amazonaws.com", "", "")
    return callers.of_arn(f"arn:{partition}:sts::{call.account}:assumed-role/{ROLE}/AutoScaling")


def _report(call: Call, group: Any, instance: Any) -> None:
    activity = {
        "ActivityId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": f"Launching a new EC2 instance: {instance.id}",
        "Cause": "An instance was launched in response to a difference between desired and actual capacity.",
        "StartTime": call.now,
        "EndTime": call.now,
        "StatusCode": "Cancelled",
        "StatusMessage": "Instance became unhealthy while waiting for instance to be in InService state. "
        f"Termination Reason: {instance.state_reason.message}",
        "Progress": 100,
    }
    group.failed_launches = [activity, *getattr(group, "failed_launches", ())]


def describe_scaling_activities(call: Call) -> Answer:
    """The launches that failed, the newest first; moto knows no activities."""
    groups = autoscaling_backends[call.account][call.region].autoscaling_groups
    wanted = call.members.get("AutoScalingGroupName")
    activities = [
        activity
        for group in groups.values()
        if wanted in (None, group.name)
        for activity in getattr(group, "failed_launches", ())
    ]
    return call.respond({"Activities": activities})


SERVICE = Service(
    "autoscaling",
    "ec2.amazonaws.com",  # Auto Scaling calls EC2, and EC2 calls KMS
    {
        **dict.fromkeys(
            (
                "CreateAutoScalingGroup",
                "UpdateAutoScalingGroup",
                "DeleteAutoScalingGroup",
                "SetDesiredCapacity",
                "ExecutePolicy",
                "DetachInstances",
                "EnterStandby",
                "ExitStandby",
                "TerminateInstanceInAutoScalingGroup",
            ),
            scale,
        ),
        "DescribeScalingActivities": describe_scaling_activities,
    },
    refusal,
)
