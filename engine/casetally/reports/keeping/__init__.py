"""Why: what is kept outlives the machine it was made on, and what tells of children is kept so that only its owner can read it.

`set_aside` seals the rows that a run set aside; `backup` puts a whole nightly home into one sealed file, and `restore` back.
"""
