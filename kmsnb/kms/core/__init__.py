"""What a KMS is: keys and their material, ciphertexts, key states, aliases, grants, and time.

It knows nothing of requests, AWS's JSON or moto. Read ``specs`` (the kinds of keys), ``material`` (their secrets),
``blob`` (a ciphertext), ``keyring`` and ``key`` (a key and its life), ``state`` (which operations a key allows when),
and ``region`` (the keys of one account in one Region), in this order.
"""
