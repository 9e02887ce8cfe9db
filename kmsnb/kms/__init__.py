"""A faithful AWS KMS in place of moto's, for lessons and for any test suite.

    import kmsnb.kms
    kmsnb.kms.install()          # any later mock_aws(), and moto's server, use this KMS

``core`` is what a KMS is, ``authorization`` who may use a key, ``api`` a call from parameters to response, ``records``
the journal and the bill, and ``moto`` what joins it all to moto. Each folder says where to start reading.

``__init__.pyi`` lists the public names. They load on first use, so ``core``, ``authorization``, ``records`` and ``api``
need no moto.
"""

from kmsnb.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
