"""IAM where permissions are enforced: moto's, with permissions boundaries of users, which moto lacks.

IAM API Reference, "PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary" and "CreateUser".
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import NotFoundException
from moto.iam.responses import IamResponse


class BoundaryResponse(IamResponse):
    """Handles requests to IAM in place of moto's own response class."""

    def create_user(self) -> ActionResult:
        """Create a user, with a boundary if the request names one."""
        boundary = self._boundary()
        answer = super().create_user()
        made: Any = answer.result
        if boundary:
            made["User"].permissions_boundary = boundary
        return answer

    def put_user_permissions_boundary(self) -> ActionResult:
        """Set the boundary of a user."""
        self._set_boundary(self._boundary())
        return EmptyResult()

    def delete_user_permissions_boundary(self) -> ActionResult:
        """Remove the boundary of a user."""
        self._set_boundary(None)
        return EmptyResult()

    def _set_boundary(self, boundary: dict[str, str] | None) -> None:
        user: Any = self.backend.get_user(self._get_param("UserName"))
        user.permissions_boundary = boundary  # GetUser answers with it

    def _boundary(self) -> dict[str, str] | None:
        arn = self._get_param("PermissionsBoundary")
        if arn is None:
            return None
        # moto loads AWS's own policies only if it is told to
        if ":iam::aws:policy/" not in arn and arn not in self.backend.managed_policies:
            raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")
        return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
