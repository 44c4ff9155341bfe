"""Mutation testing: one small change to the code at a time, and whether a test notices it.

``python -m mutation`` (``make mutants``) makes changed versions of the code (:mod:`mutation.operators`), chooses a
sample (:mod:`mutation.areas`), runs against each the tests that look at the changed line (:mod:`mutation.lines`,
:mod:`mutation.forks`) and writes docs/mutation.md (:mod:`mutation.page`).
"""
