"""The base model that every anneal starts from: facts about it, its folder, loading it.

``facts`` and ``folder`` need no torch; ``load`` does.
"""
