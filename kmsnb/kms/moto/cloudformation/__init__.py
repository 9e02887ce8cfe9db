"""CloudFormation's stacks with KMS resources in them. ``stacks`` is where to start reading."""
