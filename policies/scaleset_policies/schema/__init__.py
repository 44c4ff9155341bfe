"""What ARM takes: the names, types and values of the properties of sets, machines, interfaces and load balancers.

``schema.json`` comes from the models of the Azure SDK (``python -m property_schema`` writes it); :mod:`.model` reads
it, and :mod:`.walk` compares a resource with it.
"""
