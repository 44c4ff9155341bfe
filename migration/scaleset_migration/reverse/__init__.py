"""From what is in Azure to the component's arguments: the layout read backwards.

What an argument says better than raw inputs becomes an argument; the rest is left to
:mod:`~scaleset_migration.residue`. So nothing has to be complete here, and nothing can get lost.
"""

from scaleset_migration.reverse.scale_set import arguments

__all__ = ["arguments"]
