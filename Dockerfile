# The image of all actions, built from source. Works with the classic builder, which is what act uses:
# no RUN --mount, no heredocs, no build arguments that have to be given.
# `uses: ./actions/NAME` in a checkout builds this file; releases are pulled by digest.
ARG BUILDER_IMAGE=rust:1.95-slim-bookworm

FROM ${BUILDER_IMAGE} AS build
WORKDIR /src
# Skipped where the builder image already carries them.
RUN dpkg --status busybox-static ca-certificates gcc libc6-dev >/dev/null 2>&1 \
    || { apt-get update \
    && apt-get install --yes --no-install-recommends \
       busybox-static=1:1.35.* ca-certificates=202* gcc=4:12.* libc6-dev=2.36-* \
    && rm -rf /var/lib/apt/lists/*; }
RUN rustup target add "$(uname -m)-unknown-linux-musl"
COPY . .
RUN image/rootfs.sh /out/rootfs \
    && cargo build --release --locked --target "$(uname -m)-unknown-linux-musl" --package semantic-release --package pixi-cuda-setup \
    && cp "target/$(uname -m)-unknown-linux-musl/release/semantic-release" \
          "target/$(uname -m)-unknown-linux-musl/release/pixi-cuda-setup" /out/

# -- final part: the same in Dockerfile and Dockerfile.prebuilt, compared by a test --
FROM scratch
COPY --from=build /out/rootfs/ /
# One layer per binary: an action that did not change keeps its layer between releases.
COPY --from=build /out/semantic-release /semantic-release
COPY --from=build /out/pixi-cuda-setup /pixi-cuda-setup
LABEL org.opencontainers.image.title="actions" \
      org.opencontainers.image.description="Actions for machine-learning release engineering" \
      org.opencontainers.image.source="https://github.com/org/actions" \
      org.opencontainers.image.licenses="(MIT OR Apache-2.0) AND GPL-2.0-only"
# No ENTRYPOINT: each action.yml names its own binary.
ENV PATH=/:/bin
