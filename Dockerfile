# Ranker, for compose.yaml or any other engine. All it keeps is under /data.
FROM python:3.13-slim-trixie AS build
WORKDIR /source
RUN python -m venv /opt/ranker
COPY requirements.lock ./
RUN /opt/ranker/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY ranker ranker
COPY templates templates
COPY static static
RUN /opt/ranker/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13-slim-trixie
# pg_dump and pg_restore, for `ranker backup`.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/ranker /opt/ranker
COPY deploy/ready.py /opt/ranker/ready.py
ENV PATH=/opt/ranker/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RANKER_DATA_DIR=/data \
    RANKER_LOG=text \
    PORT=8000
USER 10001:10001
VOLUME /data
WORKDIR /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 CMD ["python", "/opt/ranker/ready.py"]
ENTRYPOINT ["ranker"]
CMD ["serve", "--host", "0.0.0.0", "--drain", "5"]
