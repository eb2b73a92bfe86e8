#!/usr/bin/env bash
# Tests both services against their OpenAPI documents at length: 2,000 examples of each operation,
# on SQLite and on PostgreSQL. tests/run.sh does the same with 200.
#
#   ./tests/openapi.sh            all four
#   ./tests/openapi.sh sqlite     those on SQLite
set -euo pipefail
export OPENAPI_EXAMPLES=${OPENAPI_EXAMPLES:-2000}
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" --release -p system-tests --test openapi "$@"
