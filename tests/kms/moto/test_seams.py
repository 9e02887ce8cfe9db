"""The canary: moto's private seams that kmsnb.kms stands on, each with words for the day it moves.

When a new moto breaks something, run this file first. What fails here says which seam moved and where to mend it.
"""

import importlib
import inspect
import json
import re
from pathlib import Path

import moto
import moto.backends
import moto.core.responses
import moto.ec2.models
import moto.iam.responses
import moto.kms.models
import moto.kms.responses
import moto.kms.urls
import moto.organizations.models
import moto.settings
import moto.sts.responses
import pytest
from moto import backend_index
from moto.core import set_initial_no_auth_action_count
from moto.core.base_backend import BackendDict, BaseBackend

import kmsnb.kms
from kmsnb.kms.moto import urls
from kmsnb.kms.moto.models import KmsBackend
from kmsnb.kms.moto.responses import KmsResponse

MOTO = Path(moto.__file__).parent


def test_backends_are_made_from_one_assignable_attribute():
    backends = moto.kms.models.kms_backends
    assert isinstance(backends, BackendDict), (
        "moto.kms.models.kms_backends is no BackendDict any more: _serve() in kmsnb/kms/moto/install.py must put our backend elsewhere."
    )
    assert isinstance(backends.backend, type), (
        "kms_backends.backend no longer holds the backend's class: _serve() in kmsnb/kms/moto/install.py assigns it in vain."
    )
    kmsnb.kms.install()
    try:
        assert type(backends["123456789012"]["us-east-1"]) is KmsBackend, (
            "kms_backends does not make its backends from .backend any more: _serve() in kmsnb/kms/moto/install.py assigns it in vain."
        )
    finally:
        kmsnb.kms.uninstall()


def test_urls_are_found_beside_the_backend_s_module():
    backend = KmsBackend("us-east-1", "123456789012")
    assert backend._url_module is urls, (
        "moto no longer finds a backend's URLs in the module `urls` beside the backend's own `models`: "
        "kmsnb/kms/moto/urls.py is not read, and moto's own responses would answer."
    )
    assert set(backend.urls.values()) == {KmsResponse.dispatch}, "moto reads url_paths in another way now."
    assert moto.kms.urls.url_bases == [r"https?://kms\.(.+)\.amazonaws\.com"], (
        "moto matches other addresses for KMS now: see that kmsnb/kms/moto/urls.py still suits them."
    )


def test_moto_s_index_of_addresses_takes_ours():
    assert isinstance(backend_index.backend_url_patterns, list), (
        "moto.backend_index.backend_url_patterns is no list any more: _serve() in kmsnb/kms/moto/install.py adds KMS's addresses to it."
    )
    assert ("kms", re.compile(r"https?://kms\.(.+)\.amazonaws\.com")) in backend_index.backend_url_patterns, (
        "moto's index has entries of another form now: see INDEXED in kmsnb/kms/moto/urls.py."
    )
    for file in "core/botocore_stubber.py", "core/models.py":
        assert "in backend_index.backend_url_patterns" in (MOTO / file).read_text(), (
            f"moto's {file} looks addresses up elsewhere now: _serve() in kmsnb/kms/moto/install.py adds KMS's in vain."
        )


def test_a_backend_is_made_and_reset_by_region_and_account():
    names = list(inspect.signature(BaseBackend.__init__).parameters)
    assert names == ["self", "region_name", "account_id"], (
        "KmsBackend.__init__ must take what moto gives now."
    )
    assert "__init__" in inspect.getsource(BaseBackend.reset), (
        "Backends are not reset by running __init__ again: KmsBackend may keep keys between two mocks."
    )


@pytest.mark.parametrize(
    ("name", "what_for"),
    [
        ("setup_class", "it finds Region, account, body and headers of a request"),
        ("get_current_account", "it finds the account from the caller's access key"),
        ("get_access_key", "it finds the caller's access key"),
        ("_authenticate_and_authorize_normal_action", "moto's own IAM checks, for those who switch them on"),
        ("_get_action", "we say from it which operation is meant, and moto's IAM checks read it"),
    ],
)
def test_the_response_class_has_what_ours_builds_on(name, what_for):
    assert hasattr(moto.core.responses.BaseResponse, name), (
        f"BaseResponse.{name} is gone ({what_for}): kmsnb/kms/moto/responses.py must find another way."
    )


def test_a_request_sets_what_we_read():
    source = inspect.getsource(moto.core.responses.BaseResponse.setup_class)
    for attribute in ("self.region", "self.current_account", "self.access_key", "self.body", "self.headers"):
        assert attribute in source, (
            f"setup_class no longer sets {attribute}, which kmsnb/kms/moto/responses.py reads."
        )


def test_dispatch_is_called_with_a_request_and_gives_three_things():
    assert "method_to_execute" in (MOTO / "core/botocore_stubber.py").read_text(), (
        "moto calls a service in another way now: see what KmsResponse.dispatch is given and must return."
    )


#: Where moto's other services call its KMS by method: file to methods of the backend.
CALLERS = {
    "ec2/models/elastic_block_store.py": {"alias_exists", "create_key", "create_alias", "describe_key"},
    "dynamodb/models/table.py": {"alias_exists", "create_key", "create_alias", "describe_key"},
    "ses/models.py": {"describe_key"},
    "rds/models.py": {"describe_key"},
}


def test_moto_s_other_services_call_the_methods_we_answer():
    callers = {
        str(path.relative_to(MOTO)): path.read_text()
        for path in MOTO.rglob("*.py")
        if "kms_backends" in path.read_text() and not str(path.relative_to(MOTO)).startswith("kms/")
    }
    strangers = callers.keys() - CALLERS.keys()
    assert not strangers, (
        f"{strangers} call moto's KMS too now: see that kmsnb/kms/moto/models.py has the methods."
    )
    for name, methods in CALLERS.items():
        called = set(re.findall(r"\bkms(?:_backend)?\.(\w+)\(", callers.get(name, "")))
        called |= set(re.findall(r"\bregion_kms_backend\.(\w+)\(", callers.get(name, "")))
        assert called <= methods, f"{name} calls {called - methods}: kmsnb/kms/moto/models.py must have it."


#: The methods of moto's backend that ours has; each of the others refuses.
OURS = {
    "create_key", "describe_key", "any_id_to_key_id", "list_keys",
    "alias_exists", "create_alias", "list_aliases", "get_key_id_from_alias",
    "encrypt", "decrypt", "generate_data_key",
    "iter_tagged_resources", "tag_resource", "untag_resource",
}  # fmt: skip
OTHERS = [
    name
    for name, method in vars(moto.kms.models.KmsBackend).items()
    if inspect.isfunction(method) and name not in OURS and not name.startswith("__")
]


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_moto_s_other_methods_refuse(name):
    """They would work on moto's own data, which this KMS does not have."""
    backend = KmsBackend("us-east-1", "123456789012")
    with pytest.raises(NotImplementedError, match=f"does not have moto's method {name}\\(\\)"):
        getattr(backend, name)("a", b="c")


def test_our_methods_take_what_moto_s_take():
    """Callers name their arguments as moto's methods do."""
    for name, ours in inspect.getmembers(KmsBackend, inspect.isfunction):
        theirs = getattr(moto.kms.models.KmsBackend, name, None)
        if theirs is None or name.startswith("__") or name not in OURS:
            continue
        wanted = list(inspect.signature(theirs).parameters)
        assert list(inspect.signature(ours).parameters) == wanted, (
            f"moto's KmsBackend.{name} takes {wanted} now: kmsnb/kms/moto/models.py must too."
        )


def test_moto_s_own_iam_checks_still_come_first(kms):
    """For those who switch them on with moto's set_initial_no_auth_action_count."""
    unknown = set_initial_no_auth_action_count(0)(kms.list_keys)
    with pytest.raises(kms.exceptions.ClientError) as caught:
        unknown()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403, (
        "moto checks permissions in another place now: kmsnb/kms/moto/responses.py must ask there."
    )


def test_moto_reads_a_service_s_handlers_from_its_backend():
    for name in ("urls", "url_paths"):
        assert isinstance(vars(BaseBackend)[name], property), (
            f"BaseBackend.{name} is not a property any more: listen() in kmsnb/kms/moto/cloudformation/stacks.py must "
            "see the requests to CloudFormation elsewhere."
        )


def test_a_service_s_addresses_depend_on_two_settings_alone():
    settings = {name for name, value in vars(moto.settings).items() if inspect.isfunction(value)}
    sources = [inspect.getsource(BaseBackend), *(path.read_text() for path in MOTO.glob("*/urls.py"))]
    called = {name for source in sources for name in re.findall(r"(\w+)\(", source)}
    assert called & settings == {"get_s3_custom_endpoints", "enable_iso_regions"}, (
        f"moto's addresses depend on {sorted(called & settings)}: kmsnb/kms/moto/seam.py keeps them by the two settings it knows."
    )
    assert not [source for source in sources if "environ" in re.findall(r"\w+", source)], (
        "moto's addresses depend on the environment: kmsnb/kms/moto/seam.py keeps them by two settings."
    )


@pytest.mark.parametrize(
    ("service", "theirs", "ours"),
    [("iam", "IamResponse", "BoundaryResponse"), ("sts", "TokenResponse", "SessionResponse")],
)
def test_iam_and_sts_read_their_responses_from_the_urls_we_change(service, theirs, ours):
    urls = importlib.import_module(f"moto.{service}.urls")

    def answering() -> str:
        handlers = {method.__self__.__name__ for method in moto_backend(service).urls.values()}
        return ", ".join(handlers)

    lost = f"moto's {service} does not answer by the url_paths that _answer_for_iam_and_sts() in kmsnb/kms/moto/install.py changes."
    assert set(urls.url_paths) == {"{0}/$"}, lost
    assert answering() == theirs, lost
    kmsnb.kms.install(enforce=True)
    try:
        assert answering() == ours, lost
        kmsnb.kms.install()
        assert answering() == theirs, "Without enforce, IAM and STS must be moto's own."
    finally:
        kmsnb.kms.uninstall()
    assert answering() == theirs, "uninstall() must give IAM and STS back to moto."


def moto_backend(service: str) -> BaseBackend:
    return moto.backends.get_backend(service)["123456789012"]["aws"]


def test_sts_and_iam_have_what_ours_build_on():
    for name in ("assume_role", "assume_role_with_web_identity", "assume_role_with_saml", "get_session_token",
                 "get_federation_token", "get_caller_identity"):  # fmt: skip
        assert hasattr(moto.sts.responses.TokenResponse, name), (
            f"moto's STS answers without {name}(): kmsnb/kms/moto/sts.py overrides it in vain."
        )
    made = moto_backend("sts").assume_role("us-east-1", "s1", "arn:aws:iam::123456789012:role/r", "", 900, "")
    assert made.access_key.access_key_id == made.access_key_id, (
        "moto's role sessions have no access key any more: kmsnb/kms/moto/sts.py must remember sessions elsewhere."
    )
    key = moto_backend("iam").create_temp_access_key()
    assert moto_backend("iam").access_keys[key.access_key_id] is key, (
        "moto's temporary access keys are kept elsewhere: see _credentials() in kmsnb/kms/moto/sts.py, and callers.py."
    )
    assert not hasattr(moto.iam.responses.IamResponse, "put_user_permissions_boundary"), (
        "moto has permissions boundaries of users now: kmsnb/kms/moto/iam.py can go, and callers.py read moto's."
    )
    answer = moto.sts.responses.TokenResponse.get_session_token
    assert "AKIAIOSFODNN7EXAMPLE" in inspect.getsource(answer), (
        "moto's GetSessionToken gives out credentials of its own now: see what of kmsnb/kms/moto/sts.py is still needed."
    )


def test_organizations_has_what_places_are_read_from():
    where = "see place() in kmsnb/kms/moto/organizations.py."
    organizations = moto_backend("organizations")
    organizations.reset()
    organizations.create_organization("us-east-1", FeatureSet="ALL")
    try:
        made = organizations.create_account(AccountName="m", Email="m@example.com")["CreateAccountStatus"]
        found = moto.organizations.models.organizations_backends.master_accounts[made["AccountId"]]
        assert found == ("123456789012", "aws"), (
            f"moto knows the accounts of an organization otherwise: {where}"
        )
        member = organizations.get_account_by_id(made["AccountId"])
        assert member.parent_id == organizations.org.root_id == organizations.ou[0].id, (
            f"moto's accounts and organizational units are linked otherwise: {where}"
        )
        assert organizations.ou[0].policy_types == [], f"moto enables policy types by itself: {where}"
        assert {policy.type for policy in member.attached_policies} == {
            "SERVICE_CONTROL_POLICY",
            "RESOURCE_CONTROL_POLICY",
        }, f"moto attaches other policies to a new account: {where}"
        assert json.loads(member.attached_policies[0].content)["Statement"], f"policies changed: {where}"
    finally:
        organizations.reset()


def test_ec2_has_what_vpc_endpoints_are_read_from():
    ec2 = moto.backends.get_backend("ec2")["123456789012"]["us-east-1"]
    vpc = ec2.create_vpc("10.9.0.0/16")
    service = "com.amazonaws.us-east-1.kms"
    made = ec2.create_vpc_endpoint(vpc.id, service, "Interface", None, [])
    try:
        found = ec2.vpc_end_points[made.id]
        assert (found.vpc_id, found.service_name, found.state) == (vpc.id, service, "available"), (
            "moto keeps VPC endpoints otherwise: see kmsnb/kms/moto/vpc_endpoints.py."
        )
        assert json.loads(found.policy_document)["Statement"][0]["Principal"] == "*", (
            "moto has no default policy of an endpoint any more: kmsnb/kms/moto/vpc_endpoints.py must have one."
        )
        assert ec2.get_vpc(vpc.id).cidr_block == "10.9.0.0/16", (
            "first_address() in vpc_endpoints.py reads it."
        )
    finally:
        ec2.reset()


def test_stacks_have_what_ours_build_on():
    from moto.cloudformation import models, parsing

    words = "is gone: see what kmsnb/kms/moto/cloudformation/stacks.py must use now."
    for owner, names in {
        models.CloudFormationBackend: ("create_stack", "update_stack", "execute_change_set", "delete_stack"),
        models.Stack: ("_add_stack_event",),
        parsing.ResourceMap: ("update", "delete", "_delete_resource"),
    }.items():
        for name in names:
            assert hasattr(owner, name), f"{owner.__name__}.{name} {words}"
    resources = parsing.ResourceMap("id", "name", {}, {}, "us-east-1", "123456789012", {}, None)
    for name in ("_parsed_resources", "_resource_json_map", "_account_id", "_region_name"):
        assert hasattr(resources, name), f"ResourceMap.{name} {words}"
    assert isinstance(parsing.get_model_map(), dict), f"The table of resource types {words}"
    assert parsing.get_model_map() is parsing.get_model_map(), f"The one table of resource types {words}"
