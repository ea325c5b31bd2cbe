//! Commits and tags behind one trait: the GitHub API and the git command line.
