"""Pictures of rankings and lists, for other sites and to take along, made of what the gate gives and of nothing else.

`layouts` says what stands where, as frozen values; `png` and `svg` put the same values on paper.
"""
