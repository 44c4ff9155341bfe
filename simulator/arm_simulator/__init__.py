"""Azure Resource Manager on localhost: a simulator that states Azure's rules by itself, for tests and demos.

``scaleset-sim serve`` starts it; :mod:`arm_simulator.testing` runs it inside a test. How a resource type is written is
told in :mod:`arm_simulator.core.kinds`; what is played and what is not, in the README beside this package.
"""
