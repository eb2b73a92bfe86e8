#!/usr/bin/env bash
# Runs the fault tests in full, some times in a row, and writes docs/RELIABILITY.md from what they
# report.
#
#   ./tests/reliability.sh        three runs
#   ./tests/reliability.sh 1      one
#
# It takes some ten minutes a run. As tests/run.sh, whose servers it uses, it needs PostgreSQL and
# RabbitMQ, and installs them where it can. Environment: as of tests/run.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
runs=${1:-3}
reports=$(mktemp -d "${TMPDIR:-/tmp}/colophon-reliability.XXXXXX")
trap 'rm -rf "$reports"' EXIT

# A release as it is shipped, but for the places at which a test may end the process.
readonly armed=profile.release.package.fail-point.debug-assertions=true

failed=
for ((run = 1; run <= runs; run++)); do
    # A fault that a run did not survive has no line in its report, and stands so on the page.
    FAULTS_FULL=1 FAULTS_REPORT=$reports/$run RUST_TEST_THREADS=${RUST_TEST_THREADS:-4} \
        "$here/run.sh" --release --config "$armed" -p system-tests --test faults || failed=yes
done

postgres=$(. "$here/servers/programs.sh" && "$(postgres_bin)/postgres" --version)
rabbitmq=$(dpkg-query --show --showformat 'RabbitMQ ${Version}' rabbitmq-server 2>/dev/null || echo RabbitMQ)
memory=$(awk '/^MemTotal/ { printf "%d GB of memory", $2 / 1000000 }' /proc/meminfo)
cargo run --quiet --release --config "$armed" -p system-tests --bin reliability-table -- docs/RELIABILITY.md \
    "$postgres, ${rabbitmq%%-*}, $(rustc --version)" "$(date -u +%F)" \
    "$(nproc) cores, $memory, $(uname -sm)" "$reports"/*
printf 'reliability.sh: wrote docs/RELIABILITY.md\n'
[[ -z $failed ]]
