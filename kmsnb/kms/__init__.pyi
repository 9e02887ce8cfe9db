from .core.clock import Clock as Clock, ManualClock as ManualClock, SystemClock as SystemClock
from .moto.install import (
    bill as bill,
    explain as explain,
    install as install,
    installed as installed,
    reset_account as reset_account,
    settle as settle,
    uninstall as uninstall,
)
from .moto.sandbox import Sandbox as Sandbox
from .records.bill import Meter as Meter
from .records.journal import Journal as Journal
