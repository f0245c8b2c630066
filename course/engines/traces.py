"""What a container engine changes outside its own folders: links, firewall rules, sysctls, control groups.

`remember` writes down how the machine was before the first engine; `restore` puts that back.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

from course.engines.places import STATE
from course.engines.running import must, output

BEFORE = STATE / "before.json"
SYSCTLS = ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables")
OUR_LINK = re.compile(r"docker0|br-[0-9a-f]{12}|veth[0-9a-f]{7}")
OUR_RULE = re.compile(r"DOCKER|docker0|br-[0-9a-f]{12}|-s 172\.(?:1[6-9]|2\d|3[01])\.")
OUR_GROUPS = ("docker", "buildkit", "k8s.io", "course-node*")
# Folders that a node hides behind mounts of its own; they are made where they are not there, and removed when empty.
NODE_MOUNTS = ("/run/containerd", "/run/netns", "/var/log/containers")
# Where containers leave sockets, and the socket of one that is not ours and must keep them.
SHIMS, OTHER = Path("/run/containerd"), Path("/run/containerd/containerd.sock")
GROUPS = Path("/sys/fs/cgroup")
TABLES = ("iptables", "ip6tables")


def remember() -> None:
    """Write down links, policies of chains, sysctls, control groups and who has sockets, unless an earlier `up` did."""
    if BEFORE.is_file():
        return
    BEFORE.parent.mkdir(parents=True, exist_ok=True)
    before = {
        "links": links(), "sysctls": sysctls(), "groups": groups(),
        "policies": {tool: policies(tool) for tool in TABLES}, "shims": SHIMS.is_dir(),
    }  # fmt: skip
    # Written aside first: half a file would be taken for the whole truth later.
    aside = BEFORE.with_suffix(".new")
    aside.write_text(json.dumps(before))
    aside.replace(BEFORE)


def restore() -> None:
    """Put back what `remember` wrote down. Every engine must have ended before."""
    if not BEFORE.is_file():
        return
    before = json.loads(BEFORE.read_text())
    for link in links():
        if link not in before["links"] and OUR_LINK.fullmatch(link):
            output(["ip", "link", "delete", link])
    for tool in TABLES:
        _restore_rules(tool, before["policies"][tool])
    for name, value in before["sysctls"].items():
        path = Path("/proc/sys") / name
        if path.is_file() and path.read_text().strip() != value:
            path.write_text(value)
    for group in groups():
        if group not in before["groups"]:
            remove_group(Path(group))
    if not before.get("shims", True) and not OTHER.exists():
        shutil.rmtree(SHIMS, ignore_errors=True)
    BEFORE.unlink()


def links() -> list[str]:
    """Of this network namespace: /sys shows the one in which it was mounted."""
    return sorted(name for _, name in socket.if_nameindex())


def sysctls() -> dict[str, str]:
    found = {name: Path("/proc/sys") / name for name in SYSCTLS}
    return {name: path.read_text().strip() for name, path in found.items() if path.is_file()}


def groups() -> list[str]:
    """Control groups of the names that our engines use, in every hierarchy; a parent before its children."""
    found = {path for top in hierarchies() for name in OUR_GROUPS for path in top.glob(name) if path.is_dir()}
    return sorted(str(path) for path in found)


def hierarchies() -> list[Path]:
    """Where control groups are made: the one tree of version 2, or a tree for each controller of version 1."""
    if (GROUPS / "cgroup.controllers").is_file():
        return [GROUPS]
    return sorted(path for path in GROUPS.glob("*") if path.is_dir() and not path.is_symlink())


def policies(tool: str) -> dict[str, str]:
    """`table chain` to policy, for the built-in chains."""
    found, table = {}, ""
    for line in _saved(tool):
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith(":") and line.split()[1] != "-":
            found[f"{table} {line[1:].split()[0]}"] = line.split()[1]
    return found


def rules(tool: str) -> list[str]:
    """Chains and rules without counters and comments, and without chains that only hold the default."""
    kept = []
    for line in _saved(tool):
        plain = re.sub(r"\[\d+:\d+\]", "", line).strip()
        if plain and not re.fullmatch(r"#.*|\*.*|COMMIT|:\S+ ACCEPT", plain):
            kept.append(plain)
    return sorted(kept)


def _saved(tool: str) -> list[str]:
    return (output([f"{tool}-save"]) or "").splitlines() if shutil.which(f"{tool}-save") else []


def _restore_rules(tool: str, before: dict[str, str]) -> None:
    lines, table = [], ""
    for line in _saved(tool):
        if line.startswith("*"):
            table = line[1:]
        if line.startswith(":") and not OUR_RULE.search(line):
            chain, policy, *_ = line[1:].split()
            line = f":{chain} {before.get(f'{table} {chain}', 'ACCEPT') if policy != '-' else '-'} [0:0]"
        if not OUR_RULE.search(line):
            lines.append(line)
    if lines:
        must([f"{tool}-restore"], what=f"{tool}-restore", stdin=("\n".join(lines) + "\n").encode())


def remove_group(group: Path) -> None:
    """Remove a control group and those below it; one that still holds a process stays."""
    if not group.is_dir():
        return
    for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
        _try_rmdir(folder)
    _try_rmdir(group)


def _try_rmdir(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        # A process that was ended a moment ago may still be counted in it.
        return
