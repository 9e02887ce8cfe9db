"""What people call AWS services, which boto3 and IAM write otherwise."""

_SPOKEN = {
    "autoscaling": "Auto Scaling",
    "cloudtrail": "CloudTrail",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "events": "EventBridge",
    "kms": "KMS",
    "lambda": "Lambda",
    "logs": "CloudWatch Logs",
    "rds": "RDS",
    "s3": "S3",
    "secretsmanager": "Secrets Manager",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "Parameter Store",
}


def service_name(prefix: str) -> str:
    """The name of the service whose actions begin with this, such as ``Parameter Store`` for ``ssm``."""
    return _SPOKEN.get(prefix, prefix)
