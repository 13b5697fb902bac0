"""Why: a night is one call that reads, doubts, keeps and publishes, and that can be killed anywhere without harm.

`night.py` walks the steps of `steps.py`; `config.py` says what a night is asked for, `gate.py` what is odd about tonight's records,
`place.py` how outputs change whole, and `status.py` how things stand; `keeping/` backs up, restores and forgets.
"""
