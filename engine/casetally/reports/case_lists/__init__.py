"""Why: a team can only mend a red figure by knowing whose children it is about; who asked for such lists, and why, stays on record.

Case lists are made on request and never by a run or a report: `making` puts them together, `red_lines` says which children a red
line is about, `teams` whose they are, `private_folder` keeps them for their owner's eyes (sealed), and `audit_log` remembers who
asked.
"""
