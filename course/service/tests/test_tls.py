"""TLS by setting: a real handshake, and one sentence for each pair of files that will not do."""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from movie_service.door import refuse_unusable_tls
from movie_service.errors import SettingsError
from movie_service.settings import Settings


def _pair(folder, name="tls", password=None):
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    how = BestAvailableEncryption(password) if password else NoEncryption()
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    return tuple(map(str, paths))


@pytest.mark.slow
@pytest.mark.parametrize("fast_route", ["off", "on"])
def test_service_answers_over_tls_and_not_without(serve, bundle, example, tmp_path, fast_route):
    certificate, key = _pair(tmp_path)
    _, url = serve(model_dir=bundle, tls_cert_file=certificate, tls_key_file=key, fast_route=fast_route)
    host = url.removeprefix("https://")
    connection = http.client.HTTPSConnection(host, context=ssl.create_default_context(cafile=certificate), timeout=60)
    connection.request("POST", "/predict", json.dumps(example), {"Content-Type": "application/json"})
    reply = connection.getresponse()

    assert (reply.status, json.load(reply)["model_version"]) == (200, "1.0.0")
    assert reply.headers["strict-transport-security"] == "max-age=31536000"
    connection.close()
    with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
        urllib.request.urlopen(f"http://{host}/health/live", timeout=60)


def test_key_without_certificate_is_not_plain_http():
    with pytest.raises(SettingsError) as refused:
        refuse_unusable_tls(Settings(tls_key_file="tls.key"))

    assert str(refused.value) == (
        "MOVIE_SERVICE_TLS_KEY_FILE is set, but MOVIE_SERVICE_TLS_CERT_FILE is not: nothing would be encrypted."
    )
    assert refused.value.advice == "set both, or neither"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("missing", "no such file or directory"),
        ("another key", "key values mismatch"),
        ("no PEM", "no PEM, or a key with a password"),
        ("password", "no PEM, or a key with a password"),
    ],
)
def test_pair_that_will_not_do_is_told(tmp_path, spoil, reason):
    certificate, key = _pair(tmp_path, password=b"secret" if spoil == "password" else None)
    if spoil == "missing":
        certificate = str(tmp_path / "none.crt")
    elif spoil == "another key":
        key = _pair(tmp_path, "other")[1]
    elif spoil == "no PEM":
        (tmp_path / "tls.crt").write_text("nothing")

    with pytest.raises(SettingsError) as refused:
        refuse_unusable_tls(Settings(tls_cert_file=certificate, tls_key_file=key))

    assert str(refused.value) == f"The certificate {certificate!r} with the key {key!r} cannot be used ({reason})."
    assert refused.value.advice == (
        "name a certificate and its own key, both in PEM format and the key without a password"
    )
