"""The backend: the keys of one account in one Region."""

from typing import Any

from moto.kms import models as moto

from . import identifiers


class KmsBackend(moto.KmsBackend):
    """moto's backend, with key ids that are the same for every reader."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._made = {"key": 0, "mrk": 0}

    def create_key(
        self,
        policy: str | None,
        key_usage: str,
        key_spec: str,
        description: str,
        tags: list[dict[str, str]] | None,
        multi_region: bool = False,
        origin: str = "AWS_KMS",
    ) -> moto.Key:
        key = super().create_key(
            policy, key_usage, key_spec, description, tags, multi_region=multi_region, origin=origin
        )
        self._rename(key)
        return key

    def _rename(self, key: moto.Key) -> None:
        """Give ``key`` its fixed id, which moto's own constructor has no argument for."""
        kind = "mrk" if key.multi_region else "key"
        self._made[kind] += 1
        old, new = key.id, self._next_id(kind)
        key.id = new
        key.arn = key.arn.replace(old, new)
        if key.multi_region:
            key.multi_region_configuration["PrimaryKey"]["Arn"] = key.arn
        self.keys[new] = self.keys.pop(old)
        tags: dict[str, Any] = self.tagger.get_tag_dict_for_resource(old)
        self.tagger.delete_all_tags_for_resource(old)
        self.tagger.tag_resource(new, [{"TagKey": k, "TagValue": v} for k, v in tags.items()])

    def _next_id(self, kind: str) -> str:
        ordinal = self._made[kind]
        if kind == "mrk":
            return identifiers.multi_region_key_id(self.account_id, self.region_name, ordinal)
        return identifiers.key_id(self.account_id, self.region_name, kind, ordinal)
