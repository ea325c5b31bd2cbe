# syntax=docker/dockerfile:1
FROM ghcr.io/prefix-dev/pixi:0.77.0 AS build
WORKDIR /app
COPY pixi.toml pixi.lock ./
ARG CONDA_OVERRIDE_CUDA=12.9
RUN --mount=type=cache,target=/root/.cache/rattler/cache \
    pixi install --locked -e prod
RUN <<END
  pixi shell-hook -e prod --locked -s bash > /entrypoint.sh
  echo 'exec "$@"' >> /entrypoint.sh
END

FROM ubuntu:24.04
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /app
# An environment has to stay where it was installed.
COPY --from=build /app/.pixi/envs/prod /app/.pixi/envs/prod
COPY --from=build /entrypoint.sh /entrypoint.sh
COPY src ./src
ENTRYPOINT ["/bin/bash", "/entrypoint.sh"]
CMD ["python", "-m", "train"]
