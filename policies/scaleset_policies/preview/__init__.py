"""``scaleset preview``: the picture of a set before it is deployed, from whatever ``scaleset check`` reads."""
