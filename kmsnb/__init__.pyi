from . import (
    broken as broken,
    crypto as crypto,
    envelope as envelope,
    exercises as exercises,
    figures as figures,
    kms as kms,
    services as services,
    widgets as widgets,
)
from .lab import Lab as Lab, LabError as LabError, start as start
from .offline import OfflineError as OfflineError
from .widgets.tasks import check as check, predict as predict, progress as progress, quiz as quiz
