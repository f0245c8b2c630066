"""Stands in for a platform (Kubernetes, ECS) where there is none: replicas as processes, and a balancer before them.

It does what the drills need and no more: restarts, readiness, rolling updates, a weighted canary. Loopback only.
"""
