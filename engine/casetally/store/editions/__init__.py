"""Editions: every night that was accepted, kept in one file, and any of them given back."""

from casetally.store.editions.edition import Edition
from casetally.store.editions.editions import EDITIONS_FILE, Editions, holds_editions, open_editions
from casetally.store.editions.writing import Book, writing

__all__ = ["EDITIONS_FILE", "Book", "Edition", "Editions", "holds_editions", "open_editions", "writing"]
