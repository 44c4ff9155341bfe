"""The command line ``scaleset``: Typer and Rich over the library. Groups are imported when they are used."""
