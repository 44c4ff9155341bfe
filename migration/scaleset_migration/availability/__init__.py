"""Availability sets: how their machines join a Flexible scale set, as the machines that they are."""
