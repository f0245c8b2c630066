#!/bin/sh
# Stands for the cloud: in a real repository this line starts a rollout, for example `aws ecs update-service`. Given.
#
#     ./deploy.sh ENVIRONMENT IMAGE
set -eu
environment=$1
image=$2
case "$environment" in
staging | production) ;;
*) echo "deploy.sh: there is no environment '$environment'; there are staging and production" >&2; exit 2 ;;
esac
case "$image" in
*[@:]) echo "deploy.sh: '$image' ends where a tag or digest should stand" >&2; exit 2 ;;
esac
echo "$environment now runs $image"
