# The image of one service: `docker build --build-arg SERVICE=contacts .`; docker-compose.yml names each process's command.
# What is installed is the service's own extra, by the hashes in requirements/SERVICE.txt (`make lock`).

FROM python:3.11-slim-bookworm AS packages
ARG SERVICE
# With `--build-arg PIP_NO_INDEX=1` only from requirements/wheels, which `make wheels` fills, so that building needs no
# registry within the builder's reach.
ARG PIP_NO_INDEX
WORKDIR /build
RUN python -m venv --without-pip /opt/ringback
COPY requirements requirements
RUN pip --python /opt/ringback/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
    --find-links requirements/wheels --requirement "requirements/${SERVICE:?name a service by --build-arg}.txt"

FROM python:3.11-slim-bookworm AS code
WORKDIR /app
COPY libs libs
COPY cli cli
COPY deploy deploy
COPY services services
RUN python -m compileall -q .

FROM python:3.11-slim-bookworm
ENV PATH=/opt/ringback/bin:$PATH \
    PYTHONPATH=/app:/app/libs \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RINGBACK_SECRETS=/run/secrets \
    RINGBACK_HTTP_HOST=0.0.0.0 \
    RINGBACK_HTTP_PORT=8000 \
    RINGBACK_HEALTH_HOST=0.0.0.0 \
    RINGBACK_HEALTH_PORT=8001
# Volumes take over the owner of the folders that they are mounted on.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin ringback \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/ringback/spool /var/lib/ringback/keys \
        /var/lib/ringback/exports \
    && mkdir --parents /run/secrets
COPY --from=packages /opt/ringback /opt/ringback
COPY --from=code /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000 8001
HEALTHCHECK --interval=5s --timeout=10s --start-period=120s --retries=6 CMD ["python", "-I", "-S", "deploy/probe.py"]
