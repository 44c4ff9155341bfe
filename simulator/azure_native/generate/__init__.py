"""Derive the provider's tables from the installed azure-native SDK and the azure-mgmt models.

Run ``python -m azure_native.generate`` to write ``azure_native/tables/*.json`` again and ``python -m
azure_native.generate --check`` to check whether they are up to date. The names, the required inputs and the
api-versions come from ``pulumi_azure_native``; where ARM wraps properties in ``properties``, the URLs and what is
create-only come from the ``azure-mgmt-*`` models. The few facts that neither has are in ``overrides.py``.
"""
