from .anatomy import Anatomy as Anatomy
from .black_box import BlackBox as BlackBox
from .chain_builder import ChainBuilder as ChainBuilder
from .choose_keys import ChooseKeys as ChooseKeys
from .create_key import CreateKey as CreateKey
from .envelope_cost import EnvelopeCost as EnvelopeCost
from .flow import Flow as Flow
from .key_explorer import KeyExplorer as KeyExplorer
from .policy_editor import PolicyEditor as PolicyEditor
from .round_trip import RoundTrip as RoundTrip
from .s3_requests import S3Requests as S3Requests
from .tampering import Tampering as Tampering
from .tasks import check as check, predict as predict, progress as progress, quiz as quiz
from .time_machine import TimeMachine as TimeMachine
from .two_accounts import TwoAccounts as TwoAccounts
from .verifiers import Verifiers as Verifiers
from .who_was_refused import WhoWasRefused as WhoWasRefused
