"""The record of a plan: what every format of the report is written from."""

from dataclasses import asdict
from typing import Any

from scaleset_core.modes import ROWS
from scaleset_migration.availability.planning import PlannedMove
from scaleset_migration.facts import Fate
from scaleset_migration.planning import Planned
from scaleset_migration.steps import STEPS


def record(planned: Planned | PlannedMove) -> dict[str, Any]:
    """The record of one set's plan, for programs."""
    if isinstance(planned, PlannedMove):
        return planned.record()
    situation = planned.situation
    return {
        "set": {
            "kind": "Uniform scale set",
            "id": situation.id,
            "name": situation.name,
            "resourceGroup": situation.group,
            "source": situation.place,
            "instances": situation.capacity,
        },
        "twin": {"name": planned.twin.name, "style": planned.style.value},
        "problems": list(planned.problems),
        "warnings": list(planned.settled.warnings),
        "counts": {fate.value: sum(fact.fate is fate for fact in planned.facts) for fate in Fate},
        "properties": [
            {**{name: value for name, value in asdict(fact).items() if value}, "fate": fact.fate.value}
            for fact in planned.facts
        ],
        "ports": [
            {
                "loadBalancer": move.before.balancer.rsplit("/", 1)[-1],
                "frontendPort": move.before.port,
                "natPool": move.before.pool,
                "instance": move.before.member,
                "read": not move.before.predicted,
                "becomes": {"frontendPort": move.after, "rule": move.rule, "instance": move.member},
                "kept": move.kept,
            }
            for move in planned.moves
        ],
        "steps": [{"step": step.value, **asdict(told)} for step, told in STEPS.items()],
        "operations": operations(),
    }


def operations() -> list[dict[str, str]]:
    """The operations that work differently on Flexible: the rows of the mode table whose routes differ."""
    found = []
    for row in ROWS.values():
        before, after = row.uniform, row.flexible
        if (before.kind, before.http) == (after.kind, after.http):
            continue
        then = after.kind.value if after.supported else f"unsupported: {after.reason}"
        found.append(
            {
                "operation": row.title,
                "uniform": before.kind.value if before.supported else "unsupported",
                "flexible": then,
                "instead": after.alternative or after.note,
                "command": f"scaleset {row.command}" if row.command else "",
            }
        )
    return found
