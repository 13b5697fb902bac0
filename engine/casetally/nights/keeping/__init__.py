"""Why: what nights have kept outlives the machine it was made on, and lets go of a child who must be forgotten.

`backup` puts a whole nightly home into one sealed file and `restore` back; `forget` takes a child out of all that a home knows of.
"""
