# The image of migrate, worker and fetcher. Packages come from requirements.lock, by hash.
FROM python:3.13.9-slim-bookworm AS build
WORKDIR /src
RUN pip install --no-cache-dir 'uv>=0.9' && uv venv /venv
COPY requirements.lock ./
RUN uv pip install --no-cache --compile-bytecode --python /venv/bin/python --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY models models
COPY producers producers
COPY stream_apps stream_apps
COPY lantoa lantoa
RUN uv pip install --no-cache --compile-bytecode --python /venv/bin/python --no-deps --no-build-isolation .

FROM python:3.13.9-slim-bookworm
RUN useradd --create-home --uid 10001 lantoa && mkdir /data && chown lantoa /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
USER lantoa
VOLUME /data
CMD ["lantoa", "--help"]
