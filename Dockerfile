# syntax=docker/dockerfile:1
# Two stages: wheels are built where compilers may be, and run where there are none.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/heatwire \
 && /opt/heatwire/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY digests digests
RUN /opt/heatwire/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .

FROM python:3.12-slim-bookworm
# git is for `archive.git`; nothing else is added to the slim image.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 heatwire \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin heatwire \
 && mkdir -p /data /config /archive \
 && chown heatwire:heatwire /data
COPY --from=build /opt/heatwire /opt/heatwire
ENV PATH=/opt/heatwire/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/data/cache \
    HEATWIRE_CONFIG=/config/heatwire.yaml
# The root may be read-only: the store, the index and a checkout live in /data, temporary files in /tmp.
VOLUME /data
WORKDIR /data
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["heatwire", "health"]
ENTRYPOINT ["heatwire"]
CMD ["run"]
