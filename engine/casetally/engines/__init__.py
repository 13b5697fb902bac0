"""Engines: how evidence is summed. Every engine gives the same sums; which one ran never shows in a figure."""
