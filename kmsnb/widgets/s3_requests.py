"""The view of a request to S3: choose the request, the object's encryption and the permissions, and see what S3 asks KMS."""

from typing import Any

from kmsnb.figures import Picture, Table, policy_table
from kmsnb.figures.service_path import Question, describe, service_path
from kmsnb.views.journal import JournalView

from . import prose
from .card import Workbench
from .controls import checkbox, dropdown, row
from .s3_requests_model import CONDITIONS, ENCRYPTIONS, NOT_TRIED, REQUESTS, TIMES, Outcome, S3RequestsModel

_TIMES = {1: "once", 3: "three times"}


class S3Requests(Workbench):
    """Uma's request to a bucket of her own, in an account of its own. Needs a running lab."""

    def __init__(self) -> None:
        self.model = S3RequestsModel()
        self.request = dropdown("Uma's request", REQUESTS, value=self.model.request)
        self.times = dropdown("sent", [(_TIMES[times], times) for times in TIMES])
        self.encryption = dropdown("object under", ENCRYPTIONS)
        self.bucket_key = checkbox("Bucket Key")
        self.s3 = checkbox("IAM policy: s3:* on the bucket", value=True)
        self.generate = checkbox("key policy: kms:GenerateDataKey", value=True)
        self.decrypt = checkbox("key policy: kms:Decrypt", value=True)
        self.condition = dropdown("key policy's condition", list(CONDITIONS))
        self.enabled = checkbox("your key is enabled", value=True)
        chosen = [self.request, self.times, self.encryption]
        boxes = [self.bucket_key, self.enabled, self.s3, self.generate, self.decrypt]
        super().__init__([*chosen, row(*boxes), self.condition], [*chosen, *boxes, self.condition])

    def update(self) -> None:
        """Read the controls, send the request, and show what S3 asked and what came back."""
        model = self.model
        model.request, model.times = self.request.value, self.times.value
        model.encryption, model.bucket_key = self.encryption.value, self.bucket_key.value
        model.s3, model.enabled, model.condition = self.s3.value, self.enabled.value, self.condition.value
        boxes = {"GenerateDataKey": self.generate, "Decrypt": self.decrypt}
        model.allowed = frozenset(name for name, box in boxes.items() if box.value)
        try:
            outcome = model.run()
        except NOT_TRIED as error:
            self.hold(prose.outcome("○ Not tried.", str(error)))
            return
        self.show(_reply(model, outcome), _figure(model, outcome))

    def __repr__(self) -> str:
        return "A request to S3, what S3 asks KMS for it, and what comes back"

    def fallback(self) -> str:
        try:
            picture = _picture(self.model, self.model.run())
            tried, no_decrypt, no_generate = (
                {each: S3RequestsModel(request=each, allowed=frozenset(names)).run() for each in REQUESTS}
                for names in (("GenerateDataKey", "Decrypt"), ("GenerateDataKey",), ("Decrypt",))
            )
        except NOT_TRIED as error:
            return prose.outcome("○ Not tried.", str(error))
        rows = (
            (
                request,
                ", ".join(record.name for record in tried[request].asked) or "nothing",
                _word(no_decrypt[request]),
                _word(no_generate[request]),
            )
            for request in REQUESTS
        )
        headers = ("Request", "S3 asks KMS for", "without kms:Decrypt", "without kms:GenerateDataKey")
        table = Table("Requests for an object under your key", headers, rows)
        return picture.html() + table._repr_html_() + prose.invite("build a request and a policy")


def _word(outcome: Outcome) -> str:
    if not outcome.error:
        return "✓ done"
    return f"✗ {outcome.error} at {outcome.refused}"


def _reply(model: S3RequestsModel, outcome: Outcome) -> str:
    asked = len(outcome.asked)
    often = {0: "S3 asked KMS nothing.", 1: "S3 asked KMS once.", 2: "S3 asked KMS twice."}.get(
        asked, f"S3 asked KMS {asked} times."
    )
    if not outcome.error:
        return prose.outcome(f"✓ {_back(model, outcome)}.", often)
    return prose.outcome(f"✗ {outcome.refused}: {outcome.error}.", outcome.message) + f"<p>{often}</p>"


def _back(model: S3RequestsModel, outcome: Outcome) -> str:
    if outcome.error:
        return outcome.error
    if model.request == "GetObject":
        return "The object, in plaintext"
    return (
        "The object is deleted"
        if model.request == "DeleteObject"
        else ("The object's headers" if model.request == "HeadObject" else "The object is written")
    )


def _way(model: S3RequestsModel, outcome: Outcome) -> dict[str, Any]:
    """What the drawing shows."""
    refused_by = "S3" if outcome.by_s3 else "KMS" if outcome.error else ""
    return {
        "caller": "Uma",
        "request": outcome.refused or model.request,
        "service": "S3",
        "questions": _questions(outcome),
        "back": _back(model, outcome),
        "refused_by": refused_by,
    }


def _questions(outcome: Outcome) -> list[Question]:
    """What S3 asked, one for each operation; a refusal is the last record of its operation."""
    last = {record.name: record for record in outcome.asked}
    names = [record.name for record in outcome.asked]
    return [Question(name, names.count(name), not record.error_code) for name, record in last.items()]


def _picture(model: S3RequestsModel, outcome: Outcome) -> Picture:
    way = _way(model, outcome)
    return Picture(service_path(**way).encode(), "image/svg+xml", alt=describe(**way))


def _figure(model: S3RequestsModel, outcome: Outcome) -> str:
    parts = [service_path(**_way(model, outcome))]
    if outcome.asked:
        parts.append(JournalView(outcome.asked).asked("s3")._repr_html_())
    parts.append(policy_table(model.policy, "Your key's policy")._repr_html_())
    return "".join(parts)
