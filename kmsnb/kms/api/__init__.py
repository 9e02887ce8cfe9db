"""A call to KMS: from an operation's name and parameters to its response or error.

``handler`` is the path of every call, ``call`` the call itself; ``validation`` checks parameters, ``guard`` and
``enforcement`` permissions, ``operations`` does the work, and ``recording`` writes it down.
"""
