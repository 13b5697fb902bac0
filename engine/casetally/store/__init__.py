"""Store: the embedded database in which accepted records, the calendar and what is known of a run lie."""
