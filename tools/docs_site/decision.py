"""The decision table of docs/which-mode.md: ``python -m docs_site.decision`` writes it, ``--check`` compares.

What somebody needs is put into words here; which mode has it, why and what to do instead is the mode table's.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from devkit import paths
from devkit.written import Page
from scaleset_core.modes import ROWS, RULES, Mode

PAGE = paths.ROOT / "docs" / "which-mode.md"
_MADE = Page(PAGE, "docs_site.decision")

NEEDS: Mapping[str, str] = {
    "instances-by-name-on-uniform": "Instances with names, each with its own size, zone or extensions",
    "instance.attach": "To add existing virtual machines to the set",
    "instance.detach": "To take a virtual machine out of the set and keep it",
    "priority-mix-on-uniform": "Spot instances and regular ones in one set",
    "instance-mix-on-uniform": "Several VM sizes in one set",
    "standby-pool-on-uniform": "A standby pool: machines that wait for a scale-out",
    "patch-by-platform-on-uniform": "Azure to patch the operating system of running instances",
    "delete-options-on-uniform": "Disks that stay when their instance is deleted",
    "public-ip-sku-on-uniform": "To choose the SKU of the instances' public addresses",
    "instance.reapply": "To apply the model of one instance again",
    "fault-domains-on-flexible": "Five fault domains",
    "overprovision-on-flexible": "Overprovisioning: more instances at first, so that enough start",
    "overprovisioned-extensions-on-flexible": "No extensions on instances that overprovisioning made",
    "health-probe-on-flexible": "A load balancer's probe as the health signal",
    "rollback-on-breach-on-flexible": "A rolling upgrade that rolls failed instances back",
    "automatic-os-upgrade-with-max-surge-on-flexible": "Automatic OS upgrades with maxSurge",
    "system-assigned-identity-on-flexible": "A system-assigned identity of the set",
    "explicit-outbound-on-flexible": "Outbound access to the Internet without declaring it",
    "set.reimage-all": "To reset OS disks and data disks in one call",
    "instance.reimage-all": "To reset the OS disk and the data disks of one instance in one call",
    "set.convert-to-single-placement-group": "To merge a set into one placement group later",
    "set.force-recovery-update-domain-walk": "Service Fabric",
}
"""Needs that only one mode meets, by the row or the property rule that says so."""


def without(fact: str) -> tuple[Mode, str, str]:
    """The mode that does not have it, why, and what to do instead.

    Args:
        fact: The id of a row that one mode does not support, or of a property rule that holds in one mode.

    Raises:
        ValueError: It does not separate the modes.
    """
    if fact in ROWS:
        row = ROWS[fact]
        missing = [mode for mode in Mode if not row.route(mode).supported]
        texts = [(row.route(mode).reason, row.route(mode).alternative) for mode in missing]
    else:
        rule = RULES[fact]
        missing = sorted(rule.modes)
        reason = f"{rule.reason} ({rule.doubt})" if rule.contested else rule.reason
        texts = [(reason, f"{rule.alternative} (`{rule.number}`)")]
    if len(missing) != 1:
        raise ValueError(f"{fact}: expected one mode that does not have it, not {missing}; choose another row or rule.")
    return missing[0], *texts[0]


def table() -> str:
    """The table, in Markdown."""
    lines = [
        "| If you need | Uniform | Flexible | Why the other mode does not have it | What to do there |",
        "|---|---|---|---|---|",
    ]
    for fact, need in NEEDS.items():
        mode, reason, alternative = without(fact)
        verdicts = ["no" if each is mode else "yes" for each in (Mode.UNIFORM, Mode.FLEXIBLE)]
        lines.append(
            "| " + " | ".join(cell.replace("|", "\\|") for cell in (need, *verdicts, reason, alternative)) + " |"
        )
    return "\n".join(lines) + "\n"


def expected() -> str:
    """The page with today's table; the text around it is written by hand."""
    return _MADE.with_part(table())


def main() -> int:
    """Write the page, or report that it is out of date; returns the exit code."""
    return _MADE.write(expected())


if __name__ == "__main__":
    sys.exit(main())
