"""A row's set on the simulator, what is asked of it, and what a command leaves."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.az.verbs import FLEXIBLE, Verb
from benchmarks.azure import COMPUTE_VERSION, ROOT, SUBSCRIPTION, Azure, scale_set

LOCKS_VERSION = "2020-05-01"
INSTANCES = 3
_SET = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
_MACHINES = f"{ROOT}/providers/Microsoft.Compute/virtualMachines"
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COUNTED = ("power", "bootCount", "hostId", "osDiskGeneration", "dataDiskGeneration")
"""What the simulator keeps of an instance and no API shows; what a restart, a redeployment or a reimage changes."""


def fresh(azure: Azure, verb: Verb) -> list[str]:
    """Begin again with a set of three for a row; the ids of its instances: names on Flexible, numbers on Uniform."""
    azure.control("POST", "reset")
    azure.control("POST", "settings", {"compute_put": "keep"})  # az puts a set without its image, and Azure keeps it
    azure.group()
    scale_set(azure, "web", INSTANCES, verb.mode, **verb.options)
    return [str(each["instanceId"]) for each in get(azure, f"{_SET}/virtualMachines")["value"]]


def get(azure: Azure, path: str, version: str = COMPUTE_VERSION) -> Any:
    """What a GET answers."""
    answer = azure.http.get(path, params={"api-version": version})
    answer.raise_for_status()
    return answer.json()


def left(azure: Azure, names: Sequence[str], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The state of the set and its instances, without what differs from run to run.

    Args:
        azure: Where.
        names: The instances' ids as they were in the beginning: they are numbered by them.
        before: What the same function gave before the command: counters and places become "changed".
    """
    model = get(azure, _SET)["properties"]
    profile = model["virtualMachineProfile"]
    extensions = profile.get("extensionProfile", {}).get("extensions", [])
    state = {
        "extensions": sorted((_extension(each) for each in extensions), key=str),
        "services": azure.control("GET", f"state?id={_SET}").get("value", {}),
        "instances": {},
    }
    for item in get(azure, f"{_SET}/virtualMachines")["value"]:
        place = str(names.index(str(item["instanceId"])))
        state["instances"][place] = _instance(azure, item)
    if before is not None:
        for place, each in state["instances"].items():
            for name in _COUNTED[1:]:
                each[name] = "same" if each[name] == before["instances"][place][name] else "changed"
    return state


def as_json(state: Mapping[str, Any]) -> Any:
    """A state as a file has it."""
    return json.loads(json.dumps(state))


def _instance(azure: Azure, item: Mapping[str, Any]) -> dict[str, Any]:
    properties = item["properties"]
    machine = properties.get("virtualMachineResourceId") or item["id"]
    flexible = machine.startswith(_MACHINES)
    private = azure.control("GET", f"state?id={machine}")
    private = private.get("value", private)
    found = get(azure, f"{machine}/extensions")["value"]
    locks = get(azure, f"{machine}/providers/Microsoft.Authorization/locks", LOCKS_VERSION)["value"] if flexible else []
    protection = {key: value for key, value in (properties.get("protectionPolicy") or {}).items() if value}
    return {
        **{name: private.get(name) for name in _COUNTED},
        "tags": get(azure, machine).get("tags") or {},
        "protection": protection,
        "locks": sorted((each["name"], each["properties"]["level"]) for each in locks),
        "extensions": sorted((_extension(each) for each in found), key=str),
    }


def _extension(each: Mapping[str, Any]) -> dict[str, Any]:
    properties = each["properties"]
    wanted = ("publisher", "type", "typeHandlerVersion", "settings")
    return {"name": each["name"], **{key: properties[key] for key in wanted if properties.get(key)}}


def asked(azure: Azure) -> list[dict[str, Any]]:
    """The requests of Azure Resource Manager since the log was emptied; signing in is none."""
    return [each for each in azure.requests() if re.match("/(subscriptions|providers)(/|$)", each["path"])]


def general(text: str, verb: Verb, names: Sequence[str]) -> str:
    """A path or body without what differs from run to run: ``{sub}``, ``{i0}``, ``{guid}``."""
    text = re.sub(SUBSCRIPTION, "{sub}", text)
    if verb.mode == FLEXIBLE:
        for place, name in enumerate(names):
            text = text.replace(name, f"{{i{place}}}").replace(name.removeprefix("web_"), f"{{h{place}}}")
    return _GUID.sub("{guid}", text)


def special(text: str, names: Sequence[str]) -> str:
    """The opposite of :func:`general`, except for what only Azure can know."""
    text = text.replace("{sub}", SUBSCRIPTION)
    for place, name in enumerate(names):
        text = text.replace(f"{{i{place}}}", name).replace(f"{{h{place}}}", name.removeprefix("web_"))
    return text


def replay(azure: Azure, requests: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[int]:
    """Send the recorded requests that change something again; the statuses."""
    statuses = []
    for each in requests:
        if each["method"] != "GET":
            body = special(json.dumps(each["body"]), names) if each.get("body") is not None else None
            answer = azure.http.request(
                each["method"],
                special(each["path"], names),
                params=each["query"],
                content=body,
                headers={"Content-Type": "application/json"} if body else {},
            )
            statuses.append(answer.status_code)
    return statuses
