"""Who may use a key: the policy language and KMS's decision, as functions of policies and a request.

It imports nothing but the standard library. A policy is parsed once; a decision is then::

    policy = parse_key_policy(text)
    decision = decide(Request(caller, "kms:Decrypt", KeyFacts(arn, policy), parameters=parameters))
    decision.allowed, decision.sentence, decision.path

Read ``document`` first (what a policy says), with ``principals``, ``operators``, ``conditions`` and ``patterns`` below
it; then ``facts``, ``actions``, ``context`` and ``request`` (what is asked), ``grant_matching`` and ``evaluation`` (how
it is decided), ``decision`` and ``messages`` (how the result is explained), ``lockout`` and ``validation`` (which
policies PutKeyPolicy rejects), and ``policy_text`` (how a policy is written).
"""

from .actions import ACTIONS, GRANTABLE, Action, Need, On, needs
from .caller import Caller
from .context import condition_values
from .decision import Decision, Look, Reason, Stage, Step
from .document import Policy, Statement, parse_identity_policy, parse_key_policy
from .evaluation import decide, decide_all
from .facts import Circumstances, GrantFacts, KeyFacts
from .grant_matching import is_no_wider
from .lockout import locks_out, next_put_key_policy
from .messages import access_denied
from .principals import Binding, Kind
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
