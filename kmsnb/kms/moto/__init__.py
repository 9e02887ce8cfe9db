"""This KMS in place of moto's. Nothing else in ``kmsnb.kms`` imports moto."""
