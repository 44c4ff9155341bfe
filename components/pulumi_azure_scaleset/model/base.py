"""What all validated models share: how Inputs pass through, and how pydantic's errors become ours."""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import pulumi
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WrapValidator
from pydantic.alias_generators import to_camel

from pulumi_azure_scaleset.model.marks import TakesResource
from scaleset_core.facts.checks import show


class Model(BaseModel):
    """A frozen model: unknown fields are errors, and field names may be written in snake_case or camelCase."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        alias_generator=to_camel,
        populate_by_name=True,
        loc_by_alias=False,
        hide_input_in_errors=True,
    )


def is_deferred(value: Any) -> bool:
    """Whether ``value`` is an Output or an awaitable: known to the engine only, so passed through unchecked."""
    return isinstance(value, pulumi.Output | Awaitable)


def pass_deferred(value: Any, handler: Callable[[Any], Any]) -> Any:
    """``value`` as it is if it is deferred, else what ``handler`` makes of it: for a ``WrapValidator``."""
    return value if is_deferred(value) else handler(value)


_LONGEST_NUMBER = 15
"""The most digits of a number that is written as text: as many as the numbers of every language hold."""


def _whole_number(value: Any) -> Any:
    """A whole number: other languages and JSON configuration send 3 as 3.0, and true does not count as 1."""
    if isinstance(value, bool):
        raise ValueError(f"got {value}; expected a whole number")  # noqa: TRY004 - pydantic reports a ValueError only
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        raise ValueError(f"got {show(value)}; expected a whole number of at most {_LONGEST_NUMBER} digits")
    return int(value) if isinstance(value, float) and value.is_integer() else value


_ID = re.compile(
    r"/subscriptions/[^/\s]+(/resourceGroups/[^/\s]+)?(/providers/[^/\s]+(/[^/\s]+/[^/\s]+)+)+", re.IGNORECASE
)


def _resource_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(
            f"got {show(value)}; expected an Azure resource id, /subscriptions/{{id}}/resourceGroups/{{group}}/"
            "providers/{namespace}/{type}/{name}"
        )
    return value


_MOST_DATA = 65_535
"""The longest user data and custom data, in bytes before base64."""


def _base64(value: str) -> str:
    try:
        size = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("expected base64: encode the text with base64.b64encode(text.encode()).decode()") from None
    if size > _MOST_DATA:
        raise ValueError(f"it has {size} bytes before base64, and Azure takes {_MOST_DATA}: download the rest at start")
    return value


def has_id(value: Any) -> bool:
    """Whether ``value`` is an Azure resource: a resource object, or the result of an azure-native function."""
    if isinstance(value, type) or is_deferred(value):
        return False
    identity = getattr(value, "id", None)
    return isinstance(identity, str) or is_deferred(identity)


_ODD_TEXT = re.compile(r"^\s|\s$|[\x00-\x1f\x7f]")


def _one_line(value: str) -> str:
    """Text on one line, such as a name: text read from a file ends with a line break, which Azure refuses."""
    if not value:
        raise ValueError("it is empty; set a value, or remove it")
    if _ODD_TEXT.search(value):
        raise ValueError(f"got {show(value)}; expected one line without blanks at its ends: use .strip()")
    return value


def id_of(value: Any) -> Any:
    """The id of a resource object, other values unchanged: for a ``BeforeValidator``."""
    return value.id if has_id(value) else value


SettingName = Annotated[str, Field(min_length=1, max_length=260, pattern=r"^[^<>*%&:\\?+/\x00-\x1f]+$")]
"""The name of a setting of Microsoft.Insights: autoscale or diagnostics."""

if TYPE_CHECKING:
    InputStr = str | pulumi.Output[str]
    InputText = str | pulumi.Output[str]
    InputId = str | pulumi.Output[str]
    InputBase64 = str | pulumi.Output[str]
    InputStrings = list[InputText] | pulumi.Output[list[str]]
    InputIds = list[InputId] | pulumi.Output[list[str]]
    InputJson = dict[str, Any] | pulumi.Output[dict[str, Any]]
    Int = int
else:
    InputStr = Annotated[str, AfterValidator(_one_line), WrapValidator(pass_deferred)]
    InputText = Annotated[str, WrapValidator(pass_deferred)]
    InputId = Annotated[
        str, AfterValidator(_resource_id), WrapValidator(pass_deferred), BeforeValidator(id_of), TakesResource()
    ]
    InputBase64 = Annotated[str, AfterValidator(_base64), WrapValidator(pass_deferred)]
    InputStrings = Annotated[list[InputText], WrapValidator(pass_deferred)]
    InputIds = Annotated[list[InputId], WrapValidator(pass_deferred)]
    InputJson = Annotated[dict[str, Any], WrapValidator(pass_deferred)]
    Int = Annotated[int, BeforeValidator(_whole_number)]
