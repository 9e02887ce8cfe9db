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
    "es": "Amazon OpenSearch Service (successor to Amazon Elasticsearch Service) data",
    "fsx": "FSx file systems",
    "glue": "Glue data",
    "kinesis": "Kinesis streams",
    "kinesisvideo": "Kinesis video streams",
    "lambda": "Lambda functions",
    "rds": "RDS database volumes",
    "redshift": "Redshift clusters",
    "s3": "S3 objects",
    "secretsmanager": "Secrets Manager data",
    "sns": "SNS data",
    "sqs": "SQS queues",
    "ssm": "SSM parameters",
    "xray": "X-Ray traces",
}
#: Those whose aliases exist once their keys do. AWS publishes no list; tests/kms/api/test_answers.py has the sources.
_LATER = {
    "appflow": "AppFlow data",
    "cloud9": "Cloud9 environments",
    "codeartifact": "CodeArtifact assets",
    "connect": "Connect data",
    "dms": "DMS replication instances",
    "kafka": "Kafka data",
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
_NAMES = {
    "ebs": "EBS",
    "kafka": "Kafka",
    "lambda": "AWS Lambda",
    "rds": "RDS",
    "s3": "S3",
    "secretsmanager": "AWS Secrets Manager",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "SSM",
}
#: The policy's Id, where it is not "auto-SERVICE-2".
_IDS = {"kafka": "auto-kafka-1", "lambda": "auto-awslambda", "sns": "auto-sns-1", "ssm": "auto-ssm-1"}
#: Services that create no grants on their key, and those that list them, too.
_WITHOUT_GRANTS, _LISTING_GRANTS = {"s3", "ssm"}, {"kafka", "rds", "sns"}


def service_of(alias_name: str) -> str | None:
    """The service whose key has this alias, or None."""
    service = alias_name.removeprefix(PREFIX)
    return service if alias_name.startswith(PREFIX) and service in SERVICES else None


def description(service: str) -> str:
    """The description of the service's key."""
    return f"Default key that protects my {SERVICES[service]} when no other key is defined"


def key_policy(service: str, partition: str, region: str, account: str) -> str:
    """Everyone in the account can use the key through the service, and view it; nothing else.

    Those of EBS, Kafka, Lambda, RDS, S3, Secrets Manager, SNS and Parameter Store are AWS's own, by records of AWS. Those
    of other services can differ from EBS's in undocumented details.
    """
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
    if service == "sns":
        use = ["kms:Decrypt", "kms:GenerateDataKey*"]
    look = ["kms:Describe*", "kms:Get*", "kms:List*"]
    if service not in _WITHOUT_GRANTS:
        use.append("kms:CreateGrant")
        look.append("kms:RevokeGrant")
    if service in _LISTING_GRANTS:
        use.append("kms:ListGrants")
    use.append("kms:DescribeKey")
    name, in_account = _NAMES.get(service, service), {"kms:CallerAccount": account}
    through = {"kms:ViaService": f"{_VIA.get(service, service)}.{region}.amazonaws.com"}
    sid = f"Allow access through {name} for all principals in the account that are authorized to use {name}"
    statements = [policy_text.allow(sid, "*", use, Condition={"StringEquals": in_account | through})]
    if service == "secretsmanager":  # a replica's data key is asked for from another Region
        use.remove("kms:GenerateDataKey*")
        anywhere = {"kms:ViaService": "secretsmanager.*.amazonaws.com"}
        condition = {"StringEquals": in_account, "StringLike": anywhere}
        statements.append(policy_text.allow(sid, "*", "kms:GenerateDataKey*", Condition=condition))
    root = f"arn:{partition}:iam::{account}:root"
    statements.append(policy_text.allow("Allow direct access to key metadata to the account", root, look))
    return policy_text.document(_IDS.get(service, f"auto-{service}-2"), statements)
