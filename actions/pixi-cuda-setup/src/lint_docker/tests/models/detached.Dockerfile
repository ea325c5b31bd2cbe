FROM nvidia/cuda:12.8.1-cudnn-devel-ubuntu24.04
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ARG PIXI_VERSION=0.66.0
ENV CUDA_HOME="/usr/local/cuda" PATH="/opt/pixi/bin:${PATH}"

RUN mkdir -p /opt/pixi/bin /opt/pixi/envs /etc/pixi \
  && ARCHIVE="pixi-x86_64-unknown-linux-musl.tar.gz" \
  && BASE="https://github.com/prefix-dev/pixi/releases/download/v${PIXI_VERSION}" \
  && curl -fsSLo "/tmp/${ARCHIVE}" "${BASE}/${ARCHIVE}" \
  && curl -fsSLo "/tmp/${ARCHIVE}.sha256" "${BASE}/${ARCHIVE}.sha256" \
  && echo "$(cut -d' ' -f1 "/tmp/${ARCHIVE}.sha256")  /tmp/${ARCHIVE}" | sha256sum -c - \
  && tar -xzf "/tmp/${ARCHIVE}" -C /opt/pixi/bin pixi \
  && rm -f "/tmp/${ARCHIVE}" "/tmp/${ARCHIVE}.sha256" \
  && printf 'detached-environments = "/opt/pixi/envs"\n' > /etc/pixi/config.toml

COPY pyproject.toml pixi.toml pixi.lock /workspace/
WORKDIR /workspace
RUN CONDA_OVERRIDE_CUDA=12.8 /opt/pixi/bin/pixi install --locked --environment dev && \
    /opt/pixi/bin/pixi shell-hook --manifest-path /workspace --environment dev --change-ps1 false > /etc/profile.d/dev.sh

COPY . /workspace/
RUN /opt/pixi/bin/pixi run --environment dev install-project \
  && /opt/pixi/bin/pixi run --environment dev tool --show-completion bash > /usr/share/completion

COPY docker/entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/bin/bash"]
