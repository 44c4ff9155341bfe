"""The documentation as a site: which pages it has, what is generated for it, and its build."""
