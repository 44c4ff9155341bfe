"""Microsoft.Authorization: role assignments."""
