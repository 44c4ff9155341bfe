"""A fleet of scale sets as micro-stacks.

config: fleet.yaml, validated. plan: which stacks it is. program: what one stack deploys. schedule: waves and bounded
parallelism. engine, command: Pulumi's Automation API. screen, report: what people see. cli: the commands.
"""
