"""Tests of the reader of CIN censuses."""
