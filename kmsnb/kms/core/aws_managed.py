"""AWS managed keys: keys that AWS services create in a customer's account, with aliases that begin with ``alias/aws/``.

Each is created when it is first used. Customers can view them, but not change or delete them.
"""

from ..authorization import policy_text

PREFIX = "alias/aws/"

#: Service (as in the alias) to what its key protects. These aliases are listed before they are first used.
PREDEFINED = {
    "acm": "ACM private keys",
    "backup": "backups",
    "codecommit": "CodeCommit repositories",
    "dynamodb": "DynamoDB tables",
    "ebs": "EBS volumes",
    "elasticfilesystem": "EFS file systems",
    "es": "Elasticsearch domains",
    "fsx": "FSx file systems",
    "glue": "Glue data",
    "kinesis": "Kinesis streams",
    "kinesisvideo": "Kinesis video streams",
    "lambda": "Lambda environment variables",
    "rds": "RDS database volumes",
    "redshift": "Redshift clusters",
    "s3": "S3 objects",
    "secretsmanager": "Secrets Manager secrets",
    "sns": "SNS topics",
    "sqs": "SQS queues",
    "ssm": "Systems Manager parameters",
    "xray": "X-Ray traces",
}
#: Those whose aliases exist once their keys do. AWS publishes no list; tests/kms/api/test_answers.py has the sources.
_LATER = {
    "appflow": "AppFlow data",
    "cloud9": "Cloud9 environments",
    "codeartifact": "CodeArtifact assets",
    "connect": "Connect data",
    "dms": "DMS replication instances",
    "kafka": "MSK clusters",
    "lex": "Lex data",
    "lightsail": "Lightsail databases",
    "mq": "MQ brokers",
    "ses": "SES messages",
    "timestream": "Timestream databases",
    "workspaces": "WorkSpaces volumes",
}
#: Every service with an AWS managed key. Since 2021, no new service has got one (developer guide, "AWS KMS concepts").
SERVICES = PREDEFINED | _LATER

#: The service's name in ``kms:ViaService``, where it is not that of the alias.
_VIA = {"ebs": "ec2"}
#: The service's name in its key's policy, where it is not that of the alias.
_NAMES = {"ebs": "EBS", "rds": "RDS", "s3": "S3", "secretsmanager": "AWS Secrets Manager", "sqs": "SQS"}
#: Services that create no grants on their key.
_WITHOUT_GRANTS = {"s3"}


def service_of(alias_name: str) -> str | None:
    """The service whose key has this alias, or None."""
    service = alias_name.removeprefix(PREFIX)
    return service if alias_name.startswith(PREFIX) and service in SERVICES else None


def description(service: str) -> str:
    """The description of the service's key."""
    return f"Default key that protects my {SERVICES[service]} when no other key is defined"


def key_policy(service: str, partition: str, region: str, account: str) -> str:
    """Everyone in the account can use the key through the service, and view it; nothing else.

    S3's and EBS's are AWS's own. On AWS, those of other services differ from EBS's in undocumented details.
    """
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    look = ["kms:Describe*", "kms:Get*", "kms:List*"]
    if service not in _WITHOUT_GRANTS:
        use.insert(-1, "kms:CreateGrant")
        look.append("kms:RevokeGrant")
    via = _VIA.get(service, service)
    through = {"kms:CallerAccount": account, "kms:ViaService": f"{via}.{region}.amazonaws.com"}
    root = f"arn:{partition}:iam::{account}:root"
    name = _NAMES.get(service, service)
    statements = [
        policy_text.allow(
            f"Allow access through {name} for all principals in the account that are authorized to use {name}",
            "*",
            use,
            Condition={"StringEquals": through},
        ),
        policy_text.allow("Allow direct access to key metadata to the account", root, look),
    ]
    return policy_text.document(f"auto-{service}-2", statements)
