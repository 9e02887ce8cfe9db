from .explaining import explain as explain
from .installation import install as install, installed as installed, uninstall as uninstall
