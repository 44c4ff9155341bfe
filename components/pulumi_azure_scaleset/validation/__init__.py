"""From the written arguments to a model: normalised, validated, and cross-checked; messages for what is wrong."""
