#!/bin/sh
set -eu
echo "scores start as $(id -u)"
exec "$@"
