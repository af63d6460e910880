#!/usr/bin/env bash
# The health check of a container: is the service in it of use? In the shell, because it runs every few seconds in each
# container and a new Node each time would cost more than the cloud itself when nobody uses it.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${HEALTH_CHECK_PORT:-$HEALTH_PORT}"
printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
answer=$(cat <&3)
printf '%s\n' "${answer##*$'\r\n'}" # shown by `docker inspect`
[[ $answer == 'HTTP/'*' 200 '* ]]
