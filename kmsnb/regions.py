"""botocore's own data, read once in a process: AWS's API models, and the Regions that AWS has."""

import functools

from botocore.loaders import Loader, create_loader

#: Reads without a boto3 Session, which would look into ~/.aws. Parsing a model takes longer than most calls.
LOADER: Loader = create_loader()


@functools.cache
def regions() -> tuple[str, ...]:
    """The names of all Regions, of all partitions."""
    model = LOADER.load_data("endpoints")
    return tuple(region for partition in model["partitions"] for region in partition["regions"])
