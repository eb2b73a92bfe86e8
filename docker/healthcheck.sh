#!/usr/bin/env bash
# Fails unless /health/ready answers 200: on SERVICE_PORT for a service alone, else on the ports of
# both services. Bash's own TCP, so that the image needs no curl.
set -euo pipefail

ready() {
    local status
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r -t 4 status <&3
    exec 3>&-
    [[ $status == 'HTTP/1.1 200 '* ]]
}

for port in ${SERVICE_PORT:-${AUTHORS_PORT:-8001} ${BOOKS_PORT:-8002}}; do
    ready "$port"
done
