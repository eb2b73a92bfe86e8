# shellcheck shell=bash
# Starting, waiting for and stopping processes, so that nothing outlives the run. Sourced by run.sh.
#
# Everything is launched as the leader of a process group of its own, and with a mark in its
# environment. A group is stopped by its id; the mark finds what has left its group, such as a
# daemon that a test started and did not stop.

# The run's temporary folder; its path is the mark.
run_dir=

# Ports handed out by free_port, so that none is handed out twice.
declare -A ports_handed_out=()

# Sets REPLY to a loopback port on which nothing listens. Below 32768, where Linux begins to take
# the ports of outgoing connections from.
free_port() {
    local attempt
    for ((attempt = 0; attempt < 200; attempt++)); do
        REPLY=$((20000 + RANDOM % 12000))
        [[ -z ${ports_handed_out[$REPLY]:-} ]] || continue
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$REPLY") 2>/dev/null; then
            ports_handed_out[$REPLY]=1
            return
        fi
    done
    fail "found no free port between 20000 and 31999"
}

# launch COMMAND [ARGUMENT…]
# Starts COMMAND in the background; REPLY is its process id, which is also its group's.
launch() {
    # Job control is on for just this moment: it is what gives a job a group of its own.
    set -m
    COLOPHON_TEST_RUN=$run_dir "$@" </dev/null &
    REPLY=$!
    set +m
}

# Whether any process of the group still runs.
group_runs() {
    kill -0 -- "-$1" 2>/dev/null
}

# wait_until SECONDS COMMAND [ARGUMENT…]
# Waits until COMMAND succeeds. Fails once the time is up.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# wait_while_runs SECONDS GROUP COMMAND [ARGUMENT…]
# Waits until COMMAND succeeds. Fails once the time is up or the group has ended.
wait_while_runs() {
    local deadline=$((SECONDS + $1)) group=$2
    shift 2
    until "$@"; do
        ((SECONDS < deadline)) && group_runs "$group" || return 1
        sleep 0.1
    done
}

group_has_ended() {
    ! group_runs "$1"
}

# stop_group GROUP SIGNAL SECONDS
# Asks the group to end, and makes it end once the time is up.
stop_group() {
    local group=$1 signal=$2 seconds=$3
    group_runs "$group" || return 0
    kill "-$signal" -- "-$group" 2>/dev/null || true
    if ! wait_until "$seconds" group_has_ended "$group"; then
        say "process group $group did not end within $seconds s of SIG$signal: killing it"
        kill -KILL -- "-$group" 2>/dev/null || true
        wait_until 5 group_has_ended "$group" || true
    fi
    # Collects the exit status, which also keeps bash from reporting it.
    wait "$group" 2>/dev/null || true
}

# Sets REPLY to the process ids that carry this run's mark. Finds none where there is no /proc.
marked_processes() {
    REPLY=$(
        grep -lzxF "COLOPHON_TEST_RUN=$run_dir" /proc/[0-9]*/environ 2>/dev/null |
            sed 's|^/proc/\([0-9]*\)/environ$|\1|' | tr '\n' ' '
    ) || true
}

no_marked_process() {
    marked_processes
    [[ -z $REPLY ]]
}

# Stops what carries the mark and is still there once all groups were stopped, and names it: a
# test that leaves a process behind has a fault.
stop_marked_processes() {
    local pid signal
    if wait_until 3 no_marked_process; then
        return
    fi
    for pid in $REPLY; do
        say "left behind by a test, stopped now: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-120)"
    done
    for signal in TERM KILL; do
        marked_processes
        for pid in $REPLY; do
            kill "-$signal" "$pid" 2>/dev/null || true
        done
        if wait_until 5 no_marked_process; then
            return
        fi
    done
}
