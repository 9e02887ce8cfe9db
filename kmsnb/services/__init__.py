"""How AWS services ask KMS: which request asks for what, as whom, and with which encryption context.

    import kmsnb.services
    kmsnb.services.install()     # in any later mock_aws(), and on moto's server, services ask KMS

moto stores a key's id with an object or a secret, and never asks KMS. Here each service asks as on AWS, and a request
fails where KMS refuses. There is one file per service, such as ``ssm``; read that first, then ``call`` (what a request
can do) and ``service`` (how it gets here). In a lab all of it is on.

``__init__.pyi`` lists the public names.
"""

from kmsnb.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
