"""What a reader does about an answer that is no content: which refusals leave a part out, and how a report says so."""

NOT_READ = frozenset({400, 403, 404, 405, 501})
"""The statuses of what the caller has no permission to read, or what does not exist: it is left out."""
FORBIDDEN = 403
MAY_BE_SOME = "The account has no permission to read them, so there may be some."
