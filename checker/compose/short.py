"""Short syntax of ports and volumes, written out as Compose writes it out."""

from __future__ import annotations

import ipaddress
import posixpath
import re

from checker.compose.values import Refused, Table, table

PORTS = re.compile(r"(?:(?P<ip>\[[^\]]*\]|[^:\[\]]*):)?(?:(?P<host>[\d-]*):)?(?P<inside>[\d-]+)(?:/(?P<kind>\w+))?")
KINDS = ("tcp", "udp", "sctp")
MOST = 1000
WINDOWS = re.compile(r"[A-Za-z]:[\\/]")


def ports(text: str, where: str) -> list[Table]:
    """`127.0.0.1:8080:8000/tcp` as one mapping per container port."""
    # With one colon only it is host:container, not address:container.
    found = PORTS.fullmatch(text if text.count(":") != 1 else f":{text}")
    if not found or (found["kind"] or "tcp").lower() not in KINDS:
        raise Refused(
            f"{text!r} is no port; the form is address:host:container, the first two may be left out", where, "port"
        )
    address, kind = (found["ip"] or "").strip("[]"), (found["kind"] or "tcp").lower()
    if address and not _is_address(address):
        raise Refused(f"{address!r} is no IP address", where, "port")
    inside, outside = _range(found["inside"], where), _range(found["host"] or "", where)
    if len(outside) > 1 and len(inside) == 1:
        published = [str(found["host"])]
    elif outside and len(outside) != len(inside):
        raise Refused(f"{text!r} maps {len(outside)} host ports to {len(inside)} container ports", where, "port")
    else:
        published = [str(port) for port in outside] or [""] * len(inside)
    made = []
    for target, host in zip(inside, published, strict=True):
        one = table(where, mode="ingress", target=target, protocol=kind)
        if address:
            one.put("host_ip", address, where)
        if host:
            one.put("published", host, where)
        made.append(one)
    return made


def _range(text: str, where: str) -> list[int]:
    if not text:
        return []
    first, _, last = text.partition("-")
    if not first.isdigit() or not (last or first).isdigit():
        raise Refused(f"{text!r} is no port", where, "port")
    begin, end = int(first), int(last or first)
    if not 0 <= begin <= end <= 65535 or end - begin > MOST:
        raise Refused(f"{text!r} is no port: ports go from 1 to 65535", where, "port")
    return list(range(begin, end + 1))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def volume(text: str, where: str) -> Table:
    """`data:/data:ro` as a mapping; a source that looks like a path is a folder of the host."""
    drive, rest = (text[:2], text[2:]) if WINDOWS.match(text) else ("", text)
    parts = rest.split(":")
    parts[0] = drive + parts[0]
    if not text or "" in parts or len(parts) > 3:
        raise Refused(f"{text!r} is no volume; the form is source:target:options", where)
    source, target = ("", parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    bind = source[:1] in (".", "/", "~") or bool(WINDOWS.match(source))
    made = table(where, type="bind" if bind else "volume", target=posixpath.normpath(target))
    if source:
        made.put("source", source, where)
    if "ro" in (parts[2].split(",") if len(parts) == 3 else ()):
        made.put("read_only", True, where)
    return made
