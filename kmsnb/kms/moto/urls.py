"""Where moto looks for the service's addresses: in the module beside the backend's."""

from moto.kms.urls import url_bases

from .responses import KmsResponse

__all__ = ["url_bases", "url_paths"]

url_paths = {"{0}/$": KmsResponse.dispatch}
