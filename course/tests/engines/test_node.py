"""The node's programs are started in an order that holds on a busy machine."""

from pathlib import Path

from course.engines import node
from course.engines.node_files import Folders


def test_a_kubelet_is_started_when_containerd_answers(monkeypatch, tmp_path):
    happened, answers = [], [None, None, ""]
    monkeypatch.setattr(node, "_start", lambda folders, name, *words: happened.append(name))
    monkeypatch.setattr(node, "output", lambda argv, timeout: happened.append(argv[0]) or answers.pop(0))
    folders = Folders(tmp_path, tmp_path, Path("/programs"), "group")

    node._start_containerd(folders)
    node._start_node(folders)

    assert happened == ["containerd", "ctr", "ctr", "ctr", "kubelet", "kube-proxy"]
