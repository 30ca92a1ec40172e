"""The report: one offline page about a case, its charts, and its print."""
