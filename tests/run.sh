#!/usr/bin/env bash
# Runs every test of the workspace, those that need a server included.
#
#   ./tests/run.sh                           everything
#   ./tests/run.sh -p values -p event-bus    the tests of these packages
#   ./tests/run.sh a_name -- --nocapture     a filter, and flags for the test programs
#   ./tests/run.sh --prepare                 only finds or installs the programs it needs
#
# It starts a private PostgreSQL and a private RabbitMQ from installed programs, on free ports and
# in a temporary folder, and stops them at the end. Missing programs are installed from the
# distribution's packages where that is possible without a question (apt-get, as root or by sudo).
#
# Environment:
#   TEST_DATABASE_URL  PostgreSQL to use instead, as a role that may create databases
#   TEST_BROKER_URL    RabbitMQ to use instead
#   GOODBOOKS_CSV      goodbooks-10k's books.csv; without it the tests on it are left out
#   OPENAPI_EXAMPLES   how many examples of each operation test the OpenAPI documents (200)
#   SCHEMATHESIS       the program that makes them, instead of one below target
#   RUST_TEST_THREADS  how many tests run at once (4)
#   FAULTS_FULL        set to anything: the fault tests take their full length
#   FAULTS_REPORT      file to which each fault test appends its figures
#
# shellcheck disable=SC2317 # functions that only a trap or run_job calls look unreachable
set -euo pipefail

say() {
    printf 'run.sh: %s\n' "$*"
}

fail() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
. "$here/servers/processes.sh"
. "$here/servers/programs.sh"
. "$here/servers/schemathesis.sh"
. "$here/servers/postgres.sh"
. "$here/servers/rabbitmq.sh"

job_group=
logs_shown=
timings=

# begin NAME … end: a step, and how long it took.
begin() {
    step=$1
    step_began=$SECONDS
    say "== $step"
}

end() {
    took=$((SECONDS - step_began))
    timings+="${timings:+, }$step $took s"
}

# run_job COMMAND [ARGUMENT…] runs a command in a group of its own, and returns its exit code.
# Waited for with `wait`, since bash would put off a signal until a command in front of it ends.
run_job() {
    launch "$@"
    job_group=$REPLY
    local code=0
    wait "$job_group" || code=$?
    job_group=
    return "$code"
}

stop_everything() {
    [[ -n $run_dir ]] || return 0
    [[ -z $job_group ]] || stop_group "$job_group" TERM 15
    stop_rabbitmq
    stop_postgres
    stop_marked_processes
}

leave() {
    local code=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    allow_service_start
    stop_everything
    if ((code != 0 && code < 128)); then
        show_server_logs
    fi
    [[ -z $run_dir ]] || rm -rf "$run_dir"
    exit "$code"
}

show_server_logs() {
    [[ -z $logs_shown ]] || return 0
    logs_shown=yes
    local log
    for log in "$postgres_log" "$rabbitmq_output" "$rabbitmq_log"; do
        [[ -s $log ]] || continue
        say "the last lines of $log:" >&2
        tail -n 30 "$log" >&2
    done
}

# The arguments before -- are cargo's, those after it the test programs'.
read_arguments() {
    selection=(--workspace)
    cargo_arguments=()
    test_arguments=()
    while (($# > 0)); do
        case $1 in
            --)
                shift
                test_arguments=("$@")
                break
                ;;
            -p | --package | -p?* | --package=*) selection=() ;;
        esac
        cargo_arguments+=("$1")
        shift
    done
}

check_goodbooks() {
    if [[ -z ${GOODBOOKS_CSV:-} ]]; then
        say "GOODBOOKS_CSV is not set: LEAVING OUT the tests on all of goodbooks-10k (goodbooks_10k)"
        skipped=(--skip goodbooks_10k)
    elif [[ ! -r $GOODBOOKS_CSV ]]; then
        fail "GOODBOOKS_CSV names $GOODBOOKS_CSV, which can't be read"
    else
        # Cargo runs the tests of a package in that package's folder.
        GOODBOOKS_CSV=$(readlink -f "$GOODBOOKS_CSV")
        export GOODBOOKS_CSV
        skipped=()
    fi
}

run_tests() {
    TMPDIR=$run_dir/tmp cargo test "${selection[@]}" --all-features --no-fail-fast "${cargo_arguments[@]}" \
        -- --include-ignored "${skipped[@]}" "${test_arguments[@]}" 2>&1 | tee "$run_dir/tests.log"
}

# Adds up the "test result:" lines of all test programs and prints the sum in the same form.
print_sum() {
    local code=$1 seconds=$2 line word=ok passed=0 failed=0 ignored=0 measured=0 filtered=0
    local form='^test result: [a-zA-Z]+\. ([0-9]+) passed; ([0-9]+) failed; ([0-9]+) ignored; ([0-9]+) measured; ([0-9]+) filtered out'
    while IFS= read -r line; do
        [[ $line =~ $form ]] || continue
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        ignored=$((ignored + BASH_REMATCH[3]))
        measured=$((measured + BASH_REMATCH[4]))
        filtered=$((filtered + BASH_REMATCH[5]))
    done <"$run_dir/tests.log"
    ((code == 0)) || word=FAILED
    printf 'test result: %s. %d passed; %d failed; %d ignored; %d measured; %d filtered out; finished in %d.00s\n' \
        "$word" "$passed" "$failed" "$ignored" "$measured" "$filtered" "$seconds"
}

trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ ${1:-} == --prepare ]]; then
    require_programs
    exit 0
fi

read_arguments "$@"
check_goodbooks
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-4}

run_dir=$(mktemp -d "${TMPDIR:-/tmp}/colophon-tests.XXXXXX")
# PostgreSQL may run as another user, who has to reach its folder.
chmod 711 "$run_dir"
mkdir -m 1777 "$run_dir/tmp"

begin programs
require_programs
end
begin build
# Without the run's mark: a compiler cache's server, started here, may stay.
run_job env -u COLOPHON_TEST_RUN cargo test "${selection[@]}" --all-features --no-run "${cargo_arguments[@]}"
end
begin servers
start_postgres
start_rabbitmq
end
begin tests
code=0
run_job run_tests || code=$?
end
tests_took=$took
begin stop
stop_everything
end
((code == 0)) || show_server_logs
say "$timings"
print_sum "$code" "$tests_took"
exit "$code"
