"""The rules of counting and showing results."""
