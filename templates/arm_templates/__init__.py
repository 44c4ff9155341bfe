"""The language of Azure Resource Manager templates, for code that reads or deploys them."""
