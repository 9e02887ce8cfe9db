"""The command line: ``kmsnb lab``, ``kmsnb doctor``, ``kmsnb serve``."""
