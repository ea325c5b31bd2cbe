//! Dockerfiles, `.dockerignore` files and the shell lines in `RUN`, with byte spans.
