"""The arguments and options of ``scaleset check``, in the order in which its help lists them."""

from pathlib import Path
from typing import Annotated

import typer

from scaleset_policies.choices import FailOn, Format, Group
from scaleset_policies.printing import FORMATS

_LIVE = "What is deployed"

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Files, directories to search, or `-` for standard input.",
        show_default=False,
    ),
]
Live = Annotated[bool, typer.Option("--live", help="Check deployed resources instead of files.", rich_help_panel=_LIVE)]
ResourceGroup = Annotated[
    str,
    typer.Option(
        "--resource-group",
        "-g",
        metavar="GROUP",
        rich_help_panel=_LIVE,
        show_default=False,
        help="The resource group; without one, or a default of `az config`, the whole subscription.",
    ),
]
Subscription = Annotated[
    str,
    typer.Option(
        "--subscription",
        metavar="ID",
        rich_help_panel=_LIVE,
        show_default=False,
        help="The subscription's id or name.",
    ),
]
Cloud = Annotated[
    str, typer.Option("--cloud", metavar="CLOUD", rich_help_panel=_LIVE, show_default=False, help="As az knows it.")
]
Endpoint = Annotated[
    str,
    typer.Option("--endpoint", metavar="URL", rich_help_panel=_LIVE, show_default=False, help="Another ARM endpoint."),
]
From = Annotated[
    Format | None,
    typer.Option("--from", help="The input's format. By default it is recognised by the content.", show_default=False),
]
ParameterFiles = Annotated[
    list[Path] | None,
    typer.Option("--parameters", help="ARM parameter file; may be given several times.", show_default=False),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT",
        help=f"The report's format: {', '.join(FORMATS)}. `table` is `text`; `tsv` has a line for each violation.",
        autocompletion=lambda incomplete: [each for each in FORMATS if each.startswith(incomplete)],
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output-file", "--out", help="Write the report to this file, not to the terminal.", show_default=False
    ),
]
OldFormat = Annotated[
    str, typer.Option("--format", "-f", hidden=True, help="The old spelling of --output.", show_default=False)
]
FailsOn = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        help="What gives exit code 1: a mandatory rule's violation, any violation, also the undecided, nothing.",
    ),
]
OnlyRules = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        metavar="RULE,...",
        help="Only these rules, by number, id or category; may be given several times.",
        show_default=False,
    ),
]
Skip = Annotated[
    list[str] | None,
    typer.Option(
        "--skip",
        metavar="RULE,...",
        help="All rules but these, by number, id or category; may be given several times.",
        show_default=False,
    ),
]
OnlyPath = Annotated[
    str,
    typer.Option(
        "--path",
        metavar="GLOB",
        help="Only resources whose name, URN, address or id matches, as in a waiver; the others are still read.",
        show_default=False,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Levels, waivers and accepted values of the rules, as JSON or YAML.", show_default=False
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", help="Accept the violations that this file lists.", show_default=False),
]
WriteBaseline = Annotated[
    Path | None,
    typer.Option("--write-baseline", help="Write a file that accepts what is found now.", show_default=False),
]
Compare = Annotated[
    Path | None,
    typer.Option(
        "--compare",
        metavar="SARIF",
        help="Show what another tool's SARIF report (Checkov, PSRule, Trivy, tflint) has, and what this check has.",
        show_default=False,
    ),
]
GroupedBy = Annotated[
    Group,
    typer.Option("--group", help="How the text groups findings: by scale set, or none (each separately)."),
]
ShowSuppressed = Annotated[
    bool,
    typer.Option(
        "--show-suppressed",
        help="Write accepted findings into SARIF, too, marked as suppressed; GitHub shows those as open.",
    ),
]
FixThem = Annotated[
    bool,
    typer.Option("--fix", help="Correct ARM templates in place, where a rule has one safe correction."),
]
ShowDiff = Annotated[
    bool, typer.Option("--diff", help="Print what --fix would change, as a unified diff, and change nothing.")
]
SkipOthers = Annotated[
    bool,
    typer.Option("--skip-others", help="Also skip named files of other kinds; for hooks that name every changed file."),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Sources and parts of files that could not be read make the result incomplete."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="List what could not be decided, too.")]
