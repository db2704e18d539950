"""The rules, by subject. A rule is a function that yields a fault for each resource that breaks it.

A fault is the resource's logical id and what is wrong; the rule's name says what is asked.
"""
