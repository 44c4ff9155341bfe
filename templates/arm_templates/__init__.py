"""The language of Azure Resource Manager templates, for whoever reads or deploys them."""
