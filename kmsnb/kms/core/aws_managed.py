"""AWS managed keys: keys that AWS services make in a customer's account, under aliases that begin with ``alias/aws/``.

They come into being when they are first used. A customer may look at them, and neither change nor delete them.
"""

from ..authorization import policy_text as policy

PREFIX = "alias/aws/"

#: Service (as in the alias) to what its key protects. A service that is not here has no AWS managed key.
SERVICES = {
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

#: By what name ``kms:ViaService`` knows a service, where that is not the alias's.
_VIA = {"ebs": "ec2"}
#: By what name the policy of its key calls a service, where that is not the alias's.
_NAMES = {"ebs": "EBS", "rds": "RDS", "s3": "S3", "secretsmanager": "AWS Secrets Manager", "sqs": "SQS"}
#: Services that keep no grants on their key.
_WITHOUT_GRANTS = {"s3"}


def service_of(alias_name: str) -> str | None:
    """The service whose key has this alias, or None."""
    service = alias_name.removeprefix(PREFIX)
    return service if alias_name.startswith(PREFIX) and service in SERVICES else None


def description(service: str) -> str:
    return f"Default key that protects my {SERVICES[service]} when no other key is defined"


def key_policy(service: str, partition: str, region: str, account: str) -> str:
    """Anyone of the account may use the key through the service, and look at it; nothing else.

    S3's and EBS's are as AWS has them. Those of other services differ from EBS's in details that AWS does not document.
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
        policy.allow(
            f"Allow access through {name} for all principals in the account that are authorized to use {name}",
            "*",
            use,
            Condition={"StringEquals": through},
        ),
        policy.allow("Allow direct access to key metadata to the account", root, look),
    ]
    return policy.document(f"auto-{service}-2", statements)
