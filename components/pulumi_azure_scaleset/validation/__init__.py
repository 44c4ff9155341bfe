"""From what was written to a model: normalised, validated, and held against itself; messages for what is wrong."""
