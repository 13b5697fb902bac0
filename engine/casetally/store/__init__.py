"""Store: the embedded database in which accepted records, the calendar and what is known of a run lie."""

from casetally.store.database import Store, open_store, store_of_frames

__all__ = ["Store", "open_store", "store_of_frames"]
