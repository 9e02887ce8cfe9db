"""Who may use a key: the policy language and KMS's decision, as functions of policies and a request.

It imports nothing but the standard library. A policy is parsed once; a decision is then::

    policy = parse_key_policy(text)
    decision = decide(Request(caller, "kms:Decrypt", KeyFacts(arn, policy), parameters=parameters))
    decision.allowed, decision.sentence, decision.path

Read ``document`` first (what a policy says), with ``principals``, ``operators``, ``conditions`` and ``patterns`` below
it; then ``facts``, ``organization``, ``actions``, ``context`` and ``request`` (what is asked), ``grant_matching`` and ``evaluation`` (how
it is decided), ``decision`` and ``messages`` (how the result is explained), ``lockout`` and ``validation`` (which
policies PutKeyPolicy rejects), and ``policy_text`` (how a policy is written).
"""

from .actions import (
    ACTIONS as ACTIONS,
    GRANTABLE as GRANTABLE,
    Action as Action,
    Need as Need,
    On as On,
    needs as needs,
)
from .caller import Caller as Caller
from .context import condition_values as condition_values
from .decision import Decision as Decision, Look as Look, Reason as Reason, Stage as Stage, Step as Step
from .document import (
    Policy as Policy,
    Statement as Statement,
    parse_identity_policy as parse_identity_policy,
    parse_key_policy as parse_key_policy,
    parse_resource_policy as parse_resource_policy,
)
from .evaluation import decide as decide, decide_all as decide_all
from .facts import (
    Circumstances as Circumstances,
    GrantFacts as GrantFacts,
    KeyFacts as KeyFacts,
    VpcEndpoint as VpcEndpoint,
)
from .grant_matching import is_no_wider as is_no_wider
from .lockout import locks_out as locks_out, next_put_key_policy as next_put_key_policy
from .messages import access_denied as access_denied, why_denied as why_denied
from .organization import Level as Level, Place as Place
from .principals import Binding as Binding, Kind as Kind
from .request import Request as Request, requests_for as requests_for
from .resource_evaluation import decide_on_resource as decide_on_resource
from .resource_request import ResourceRequest as ResourceRequest
from .validation import malformed as malformed
