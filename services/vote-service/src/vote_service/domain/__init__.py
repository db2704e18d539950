"""Rules of voting, independent of AWS and HTTP."""
