"""The settings of the service, read from environment variables that begin with MOVIE_SERVICE_."""

import difflib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from movie_service.errors import SettingsError

PREFIX = "MOVIE_SERVICE_"
DEFAULT_PORT = 8000

# Kubernetes sets these in every pod of a namespace that has a Service named `movie-service`.
# They describe that Service and are none of ours.
_SERVICE_LINK_NAME = re.compile(r"SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?")
_SERVICE_LINK_VALUE = re.compile(r"(tcp|udp|sctp)://\S+", re.IGNORECASE)


_ROOT_PATH = re.compile(r"(/[^/?#\s]+)*")


class Settings(BaseSettings):
    """Every setting has a default that works on a laptop; a test checks the README's table against it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    model_dir: Path = Field(default=Path("build/model"), description="Folder of the model bundle.")
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(default=DEFAULT_PORT, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    batch_limit: int = Field(default=1000, ge=1, le=100_000, description="Most requests in one call of /predict/batch.")
    events_limit: int = Field(
        default=10_000, ge=1, le=1_000_000, description="Most requests in one call of /predict/events."
    )
    stream_limit: int = Field(
        default=16, ge=0, le=10_000, description="Most streams open at /predict/stream in a process; 0 turns it off."
    )
    stream_waiting: int = Field(
        default=64, ge=1, le=10_000, description="Most requests of a stream that wait; then its sender waits."
    )
    stream_idle_seconds: float = Field(
        default=300, gt=0, description="Longest time in which a stream sends nothing, or takes no answer."
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1, le=2**30, description="Longest request body; longer: 413.")
    root_path: str = Field(
        default="",
        description="Path under which a proxy publishes the service, such as `/movies`.",
    )
    access_log: str = Field(
        default="-",
        min_length=1,
        description="Where the JSON line per request goes: `-` is stdout, `off` nowhere, else a file.",
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that answer; one per processor core.")
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=600,
        description="Seconds between SIGTERM, when readiness ends, and the end; more than a readiness probe's period.",
    )
    request_seconds: float = Field(
        default=30,
        gt=0,
        description="Longest time for a request to arrive: a later body is answered 408, headers without an end close "
        "the connection.",
    )
    max_waiting: int = Field(
        default=512, ge=0, description="Most requests that wait in a process; more get 503 at once. 0 is no limit."
    )
    metrics: Literal["on", "off"] = Field(default="on", description="Count requests and predictions, show /metrics.")
    cpu_hour_price: float = Field(
        default=0, ge=0, description="Price of one processor for an hour, for the metric of costs."
    )
    fast_route: Literal["off", "layer", "on"] = Field(
        default="layer",
        description="How the busiest addresses are answered: `off` by all of FastAPI, `layer` by a look-up before it, "
        "`on` where the bytes arrive: a third of the CPU.",
    )
    auth: Literal["on", "off"] = Field(default="off", description="Ask every caller for an API key or a token.")
    allow_anonymous: bool = Field(
        default=False, description="Consent to `AUTH=off` on an address that other machines reach."
    )
    api_keys_file: str = Field(default="", description="File with the digests of API keys.")
    jwt_key_file: str = Field(default="", description="File with the key of bearer tokens; empty: no tokens.")
    rate_limit: float = Field(default=0, ge=0, description="Requests per second and caller; 0 is no limit.")
    rate_burst: int = Field(default=100, ge=1, description="Requests that a caller may send at once.")
    redis_url: str = Field(
        default="", description="Redis for what replicas share, such as `redis://127.0.0.1:6379/0`; empty: none."
    )
    cors_origins: str = Field(
        default="", description="Origins of web pages that may ask, separated by commas; empty: none."
    )
    security_headers: Literal["on", "off"] = Field(default="on", description="Send headers that protect browsers.")
    tls_cert_file: str = Field(default="", description="Certificate for TLS; empty: plain HTTP.")
    tls_key_file: str = Field(default="", description="Private key of that certificate.")
    registry_dir: str = Field(
        default="", description="Folder of a model registry whose champion answers; empty: `MODEL_DIR` answers."
    )
    registry_url: str = Field(
        default="",
        description="Registry that this folder follows, such as `s3://models/live` or `sqlite:///mlflow.db`: the "
        "admin's routes change it there; empty: the folder is the registry.",
    )
    registry_python: str = Field(
        default="", description="Python whose packages reach `REGISTRY_URL`; empty: the service's own."
    )
    models: str = Field(
        default="",
        description="More models at `/models/NAME/predict`, such as `a=build/a,b=build/b,both=a+b`; empty: none.",
    )
    fallback: Literal["off", "popularity"] = Field(
        default="off", description="What answers when no model can: nothing, or how much everybody likes the movie."
    )
    cache: Literal["off", "memory", "redis"] = Field(default="off", description="Where answers are remembered.")
    cache_size: int = Field(default=10_000, ge=1, description="Most answers that `CACHE=memory` remembers.")
    cache_seconds: int = Field(default=3600, ge=1, description="How long `CACHE=redis` remembers.")
    tracing: Literal["off", "file", "otlp"] = Field(
        default="off", description="Where spans go: nowhere, to a file, or to a collector by OTLP."
    )
    trace_share: float = Field(
        default=0.01, ge=0, le=1, description="Share of requests that are traced, beside those that the caller traces."
    )
    trace_file: Path = Field(default=Path("build/traces.jsonl"), description="File for the spans of `TRACING=file`.")
    otlp_endpoint: str = Field(
        default="http://127.0.0.1:4318/v1/traces", description="Where `TRACING=otlp` sends spans, by HTTP."
    )
    log_successes: float = Field(
        default=1,
        ge=0,
        le=1,
        description="Share of the successes that get a line; what fails always gets one.",
    )
    prediction_log: Literal["off", "best-effort", "required"] = Field(
        default="off",
        description="Keep every answered prediction; `required` answers 503 when it cannot, `best-effort` counts it.",
    )
    spool_dir: Path = Field(default=Path("build/spool"), description="Folder that the prediction log is written to.")
    spool_segment_seconds: float = Field(default=60, gt=0, description="Seconds after which a spool file is closed.")
    spool_segment_bytes: int = Field(default=8_388_608, ge=1024, description="Size at which a spool file is closed.")
    pseudonym_key_file: str = Field(
        default="",
        description="File with the key that makes pseudonyms of user ids; empty: one is made in the spool's folder.",
    )

    @property
    def registry_path(self) -> Path:
        """The registry's folder."""
        return Path(self.registry_dir)

    @field_validator("port", mode="before")
    @classmethod
    def _ignore_service_link(cls, value: Any) -> Any:
        # A Service named `movie-service` makes Kubernetes set MOVIE_SERVICE_PORT=tcp://10.0.0.1:80 in every
        # pod of its namespace. Refusing that would keep our pod from ever starting.
        if isinstance(value, str) and _SERVICE_LINK_VALUE.fullmatch(value):
            return DEFAULT_PORT
        return value

    @field_validator("root_path")
    @classmethod
    def _check_root_path(cls, value: str) -> str:
        if not _ROOT_PATH.fullmatch(value):
            raise PydanticCustomError("root_path", "Value should be empty or a path such as '/movies'")
        return value


def load_settings() -> Settings:
    """Read the settings; a wrong or misspelled variable raises SettingsError with one sentence about it."""
    _refuse_unknown_names(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = f"{PREFIX}{first['loc'][0]}".upper()
        reason = first["msg"][0].lower() + first["msg"][1:]
        default = Settings.model_fields[str(first["loc"][0])].default
        raise SettingsError(
            f"{name} is {first['input']!r}, but the {reason}.",
            f"unset {name} to use the default {str(default)!r}",
        ) from None


def _refuse_unknown_names(names: Iterable[str]) -> None:
    # A misspelled setting would otherwise be ignored, and the default would be served with no word about it.
    known = [f"{PREFIX}{field}".upper() for field in Settings.model_fields]
    for name in sorted(names):
        if not name.startswith(PREFIX) or name in known:
            continue
        if _SERVICE_LINK_NAME.fullmatch(name.removeprefix(PREFIX)):
            continue
        close = difflib.get_close_matches(name, known, n=1, cutoff=0)
        raise SettingsError(
            f"The environment variable {name} is not a setting of this service.",
            f"unset {name}, or did you mean {close[0]}",
        )
