"""How much of azure-native's schema the component's arguments reach: counted, and written as docs/coverage.md."""
