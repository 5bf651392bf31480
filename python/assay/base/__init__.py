"""The base model that every anneal starts from: what is known of it, its folder, how to load it.

``facts`` and ``folder`` need no torch; ``load`` does.
"""
