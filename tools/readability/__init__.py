"""How easy the pages are to read: ``python -m readability``."""
