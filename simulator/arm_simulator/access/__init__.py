"""Who may do what: Azure's role-based access control, for requests with the token of an identity.

The simulator's own token may do anything. A token that was made with ``POST /_simulator/identities`` belongs to an
identity, which may do what the role assignments in the state grant it; see :mod:`arm_simulator.access.guard`.
"""
