# syntax=docker/dockerfile:1
FROM nvidia/cuda:12.9.1-base-ubuntu24.04

ARG PIXI_VERSION=v0.77.0
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && curl -fsSL https://pixi.sh/install.sh | bash
ENV PATH="/root/.pixi/bin:${PATH}"

WORKDIR /app
COPY pixi.toml pixi.lock ./

# There is no driver while an image is built.
ARG CONDA_OVERRIDE_CUDA=12.9
RUN --mount=type=cache,target=/root/.cache/rattler/cache \
    pixi install --locked -e prod

COPY . .
ENTRYPOINT ["pixi", "run", "-e", "prod", "--as-is", "train"]
