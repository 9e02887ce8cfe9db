"""Learn AWS KMS by running it: a mocked AWS account in this process, and what the lessons draw and ask with.

    import boto3, kmsnb
    lab = kmsnb.start()
    kms = boto3.client("kms")        # stock boto3 from here on

``import kmsnb`` itself loads next to nothing; ``__init__.pyi`` lists the public names.
"""

from .lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
