from .installation import install as install, installed as installed, uninstall as uninstall
