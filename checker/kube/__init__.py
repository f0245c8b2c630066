"""Judges Kubernetes manifests without a cluster: what a server would refuse, who reaches whom, how a rollout goes."""
