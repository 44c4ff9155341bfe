"""Readers: the formats in which people write scale sets, each turned into the resources that the rules look at."""
