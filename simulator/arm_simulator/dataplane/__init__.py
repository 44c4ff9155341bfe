"""Whether a packet from outside reaches an instance: a plane of rules, without any packet.

:mod:`.packets` decides, over plain data; :mod:`.estate` reads that data from the simulated Azure; :mod:`.filters` are
the network security groups.
"""
