"""From inbound NAT pools, which retire on 2027-09-30, to version 2 NAT rules over backend pools."""
