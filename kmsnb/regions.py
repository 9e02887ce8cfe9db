"""The Regions that AWS has."""

import functools

from botocore import loaders


@functools.cache
def regions() -> tuple[str, ...]:
    """The names of all Regions, of all partitions: botocore's own list."""
    # read without a boto3 Session, which would look into ~/.aws
    model = loaders.create_loader().load_data("endpoints")
    return tuple(region for partition in model["partitions"] for region in partition["regions"])
