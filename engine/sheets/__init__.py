"""Workbooks that go out: ledgers, the log, assessments, the year-end. Writers of values, nothing
here asks the database."""
