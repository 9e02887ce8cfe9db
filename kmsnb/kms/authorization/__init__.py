"""Who may use a key: the policy language, and the decision of KMS, as plain functions of documents and a request.

Knows neither moto nor boto3. A policy is parsed once, whenever it changes; a decision is then::

    policy = parse_key_policy(text)
    decision = decide(Request(caller, "kms:Decrypt", KeyFacts(arn, policy), parameters=parameters))
    decision.allowed, decision.sentence, decision.path

To read it: ``document`` (what a policy says), with ``principals``, ``operators``, ``conditions`` and ``patterns``
below it; ``facts``, ``actions``, ``context`` and ``request`` (what is asked); ``grants`` and ``decision`` (what
follows); ``explanation`` and ``messages`` (how it is said); ``lockout`` and ``validation`` (what PutKeyPolicy refuses).
"""

from .actions import ACTIONS, GRANTABLE, Action, Need, On, needs
from .context import condition_values
from .decision import Decision, Look, Reason, Stage, Step
from .document import Policy, Statement, parse_identity_policy, parse_key_policy
from .evaluation import decide, decide_all
from .facts import Circumstances, GrantFacts, KeyFacts
from .grant_matching import is_no_wider
from .lockout import locks_out, next_put_key_policy
from .messages import access_denied
from .principals import Binding, Caller, Kind
from .request import Request, requests_for
from .validation import malformed

__all__ = [
    "ACTIONS",
    "GRANTABLE",
    "Action",
    "Binding",
    "Caller",
    "Circumstances",
    "Decision",
    "GrantFacts",
    "KeyFacts",
    "Kind",
    "Look",
    "Need",
    "On",
    "Policy",
    "Reason",
    "Request",
    "Stage",
    "Statement",
    "Step",
    "access_denied",
    "condition_values",
    "decide",
    "decide_all",
    "is_no_wider",
    "locks_out",
    "malformed",
    "needs",
    "next_put_key_policy",
    "parse_identity_policy",
    "parse_key_policy",
    "requests_for",
]
