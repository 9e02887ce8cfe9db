"""The URLs of KMS. moto looks for them in the module ``urls`` next to the backend's ``models``."""

from moto.kms.urls import url_bases

from .responses import KmsResponse

__all__ = ["url_bases", "url_paths"]

url_paths = {"{0}/$": KmsResponse.dispatch}
