"""moto's services that use one another's backends: such calls are Python calls, and pass by kmsnb.services.

The lists below are what this moto does. When a new moto adds a call, the test names it: see whether it reads or writes
what KMS protects, and add it to the list that it belongs to, and in that case to docs/mock.md.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import moto

ROOT = Path(moto.__file__).parent
NOT_SERVICES = {"core", "moto_api", "moto_proxy", "moto_server", "packages", "settings", "utilities"}

#: Calls that read or write what KMS can protect, or look at keys: service → {service it calls: what for}.
TOUCH_PROTECTED_DATA = {
    "athena": {"s3": "writes a query's result"},
    "awslambda": {
        "dynamodb": "looks up the table of an event source",
        "dynamodbstreams": "looks up the stream of an event source",
        "kinesis": "looks up the stream of an event source",
        "logs": "writes a function's log",
        "s3": "reads a function's code",
        "sqs": "looks up the queue of an event source",
    },
    "batch": {"logs": "writes a job's log"},
    "cloudformation": {
        "dynamodb": "makes a stack's resources",
        "kinesis": "makes a stack's resources",
        "kms": "makes a stack's resources; kmsnb.kms answers, and asks who may",
        "rds": "makes a stack's resources",
        "s3": "reads templates; makes a stack's resources",
        "sns": "publishes what a stack does; makes a stack's resources",
        "sqs": "makes a stack's resources",
        "ssm": "reads parameters of the type AWS::SSM::Parameter::Value; makes a stack's resources",
    },
    "cloudtrail": {"s3": "looks up the trail's bucket", "sns": "looks up the trail's topic"},
    "config": {"s3": "lists buckets", "sns": "lists topics"},
    "dynamodb": {"kms": "looks up aws/dynamodb", "s3": "writes exports, reads imports"},
    "dynamodbstreams": {"dynamodb": "reads a table's changes"},
    "ec2": {
        "kms": "looks up aws/ebs",
        "logs": "looks up where flow logs go",
        "s3": "looks up where flow logs go",
    },
    "events": {
        "logs": "writes events",
        "secretsmanager": "stores a connection's credentials",
        "sqs": "sends events",
    },
    "firehose": {"s3": "writes records"},
    "logs": {
        "firehose": "passes events on to a subscriber",
        "kinesis": "passes events on to a subscriber",
        "s3": "writes exports",
    },
    "rds": {"kms": "looks up the key", "secretsmanager": "stores a master password"},
    "route53": {"logs": "looks up the group of query logs"},
    "s3": {"sns": "sends notifications", "sqs": "sends notifications"},
    "s3control": {"s3": "looks up buckets"},
    "s3tables": {"s3": "makes and uses the bucket of a table"},
    "sagemaker": {"s3": "reads a pipeline's definition"},
    "sagemakerruntime": {"s3": "writes a result"},
    "ses": {"kms": "looks up a key", "s3": "looks up a bucket", "sns": "publishes what became of a message"},
    "sns": {"sqs": "delivers messages"},
    "ssm": {"secretsmanager": "reads a secret as a parameter; kmsnb.services asks KMS for it"},
    "stepfunctions": {"logs": "writes a log"},
    "textract": {"sns": "publishes that a job is done"},
}
#: Calls that touch nothing that KMS protects.
OTHERS = {
    "account": "sts",
    "applicationautoscaling": "cloudwatch ecs",
    "appmesh": "sts",
    "autoscaling": "ec2 elb elbv2",
    "awslambda": "awslambda_simple ecr iam",
    "batch": "batch_simple ec2 ecs iam",
    "batch_simple": "batch",
    "cloudformation": "apigateway autoscaling awslambda batch cloudwatch datapipeline ec2 ecr ecs efs elb elbv2 emr "
    "events iam iot organizations redshift route53 sagemaker stepfunctions",
    "codepipeline": "iam",
    "config": "awslambda iam s3control",
    "ds": "ec2",
    "dynamodb": "awslambda",
    "ebs": "ec2",
    "ec2": "autoscaling elbv2 iam",
    "ecs": "ec2",
    "efs": "ec2",
    "eks": "ec2",
    "elasticache": "ec2",
    "elb": "acm ec2",
    "elbv2": "acm ec2 iam",
    "emr": "ec2 sts",
    "events": "awslambda stepfunctions",
    "iam": "sts",
    "iot": "cognitoidentity",
    "iotdata": "iot",
    "kinesis": "awslambda cloudwatch",
    "kinesisvideoarchivedmedia": "kinesisvideo",
    "logs": "awslambda",
    "memorydb": "ec2",
    "organizations": "iam",
    "osis": "ec2",
    "ram": "organizations",
    "rds": "ec2",
    "redshift": "ec2",
    "route53domains": "route53",
    "route53resolver": "ec2",
    "s3": "awslambda events s3control",
    "sagemakermetrics": "sagemaker",
    "secretsmanager": "awslambda",
    "securityhub": "organizations",
    "servicecatalogappregistry": "cloudformation",
    "servicediscovery": "route53",
    "ses": "awslambda iam",
    "sesv2": "ses",
    "sns": "awslambda",
    "sqs": "awslambda",
    "ssm": "ec2",
    "sts": "iam",
    "timestreamwrite": "timestreamquery",
    "wafv2": "apigateway",
    "workspaces": "ds ec2",
}


def services() -> set[str]:
    """moto's packages that have a backend."""
    models = [*ROOT.glob("*/models.py"), *ROOT.glob("*/models/__init__.py")]
    return {path.relative_to(ROOT).parts[0] for path in models} - NOT_SERVICES


def calls() -> set[tuple[str, str]]:
    """Every (service, service whose backend it uses), read from moto's source."""
    known = services()
    return {
        (own, other)
        for own in known
        for path in (ROOT / own).rglob("*.py")
        for other in _used(path)
        if other in known and other != own
    }


def _used(path: Path) -> Iterator[str]:
    package = ("moto", *path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            imported = [*above, *(node.module or "").split(".")]
            if imported[0] == "moto" and any(_is_a_backend(alias.name) for alias in node.names):
                yield imported[1]
        elif isinstance(node, ast.Call) and _name(node.func) == "get_backend":
            yield from (str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant))


def _is_a_backend(name: str) -> bool:
    return name in ("get_backend", "models") or name.endswith(("_backends", "_config_query", "_block_query"))


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", "") or getattr(function, "id", "")


def test_the_lists_are_what_this_moto_does():
    listed = {(own, other) for own, others in TOUCH_PROTECTED_DATA.items() for other in others}
    listed |= {(own, other) for own, others in OTHERS.items() for other in others.split()}
    found = calls()
    assert sorted(found - listed) == [], (
        "moto has new calls between its services: add them to a list, and to docs/mock.md."
    )
    assert sorted(listed - found) == [], (
        "moto no longer has these calls: take them out of the lists and docs/mock.md."
    )


def test_no_call_is_in_both_lists():
    for own, others in TOUCH_PROTECTED_DATA.items():
        assert not others.keys() & set(OTHERS.get(own, "").split()), own


def test_the_documentation_names_each_service_that_passes_by():
    page = (Path(__file__).parents[2] / "docs" / "mock.md").read_text()
    section = page.partition("### Calls between moto's own services")[2].partition("\n## ")[0]
    missing = {own for own in TOUCH_PROTECTED_DATA if f"`{own}`" not in section}
    assert not missing
