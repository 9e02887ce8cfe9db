"""The URLs of KMS. moto looks for them in the module ``urls`` next to the backend's ``models``.

A Region has four addresses: the standard one and FIPS, each over IPv4 alone or with IPv6 (dual-stack). botocore's
endpoint rules and its list of partitions name them (the isolated partitions have no dual-stack one); moto knows the first.
"""

import re

from .responses import KmsResponse

#: In other partitions, moto puts amazonaws.com in the place of the standard suffix before it looks here.
_ADDRESS = r"https?://kms(-fips)?\.([a-z0-9-]+)\.(amazonaws\.com|api\.(aws|amazonwebservices\.(com\.cn|eu)))"

url_bases = [_ADDRESS]
url_paths = {"{0}/$": KmsResponse.dispatch}

#: For moto's index of addresses, which sends a request to the service that it is for.
INDEXED = ("kms", re.compile(_ADDRESS))
