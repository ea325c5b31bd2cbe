//! A stand-in for the GitHub Actions runner and for act, to the letter.
