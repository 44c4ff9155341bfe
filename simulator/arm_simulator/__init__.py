"""Azure Resource Manager on localhost: a simulator with its own statement of Azure's rules, for tests and demos.

``scaleset-sim serve`` starts it; :mod:`arm_simulator.testing` runs it inside a test. How to write a resource type is
described in :mod:`arm_simulator.core.kinds`; what is simulated and what is not, in the README beside this package.
"""
