"""The rules, by subject. A rule is a function that yields a fault for each resource that violates it.

A fault is the resource's logical id and a message; the rule's name states the requirement.
"""
