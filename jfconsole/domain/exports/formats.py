"""A plan as curl, `jf api` or Terraform. Pure text, without secrets; nothing is sent."""

from __future__ import annotations

from enum import StrEnum

from jfconsole.domain.exports import curl, jf_api, terraform
from jfconsole.domain.plans import Plan


class Format(StrEnum):
    """What a plan can be exported to."""

    CURL = "curl"
    JF = "jf"
    TERRAFORM = "terraform"

    @property
    def suffix(self) -> str:
        """What the name of a file with it ends in."""
        return ".tf" if self is Format.TERRAFORM else ".sh"


_WRITERS = {Format.CURL: curl.export, Format.JF: jf_api.export, Format.TERRAFORM: terraform.export}


def export_plan(plan: Plan, to: Format) -> str:
    """The whole plan as one text that ends with a line break. What cannot be expressed stands in comments."""
    return _WRITERS[to](plan)
