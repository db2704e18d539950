"""Vote service: records one vote per voter in the vote log."""
