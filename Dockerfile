# Airflow, its providers and Orgwarden, all in exact versions: what requirements-fab.txt locks, and this folder's package.
# By digest, too: docker buildx imagetools inspect python:3.11.13-slim-bookworm --format '{{.Manifest.Digest}}', written
# after both tags as @sha256:...; health is checked by docker-compose.yaml, which knows what each container runs.
FROM python:3.11.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements-fab.txt /build/
RUN pip install --no-deps --requirement /build/requirements-fab.txt
COPY pyproject.toml /build/
COPY include/orgwarden /build/include/orgwarden
# setuptools is among what is locked: nothing else is fetched to build with.
RUN pip install --no-deps --no-build-isolation /build

FROM python:3.11.13-slim-bookworm
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="orgwarden" \
      org.opencontainers.image.description="Airflow workflows that hold an AWS Organization against best practices" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11.13-slim-bookworm"
# Volumes take over the owner of what they cover.
RUN useradd --uid 50000 --gid 0 --home-dir /opt/airflow --no-create-home --shell /usr/sbin/nologin airflow \
    && mkdir -p /opt/airflow/logs /opt/orgwarden/store /opt/orgwarden/stage /opt/orgwarden/baseline \
    && chown -R 50000:0 /opt/airflow /opt/orgwarden
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    AIRFLOW_HOME=/opt/airflow \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY include/pools.json deploy/webserver_config.py deploy/demo-aws.cfg /opt/airflow/
COPY plugins /opt/airflow/plugins
COPY dags /opt/airflow/dags
WORKDIR /opt/airflow
USER 50000:0
CMD ["airflow", "version"]
