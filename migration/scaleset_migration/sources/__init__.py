"""Where scale sets are read from: files of every format that the check reads, and Azure itself."""
