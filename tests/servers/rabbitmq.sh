# shellcheck shell=bash
# A private RabbitMQ broker with a private port mapper (epmd): own node name, ports, data and
# cookie, so that it never meets a broker that runs on this machine. Sourced by run.sh.

rabbitmq_group=
epmd_group=
rabbitmq_output=
rabbitmq_log=

# Starts the broker and exports TEST_BROKER_URL, unless that is set.
start_rabbitmq() {
    if [[ -n ${TEST_BROKER_URL:-} ]]; then
        say "RabbitMQ: the one that TEST_BROKER_URL names"
        return
    fi
    # Whatever is set for another broker would reach ours.
    unset "${!RABBITMQ_@}" NOTIFY_SOCKET
    local bin folder=$run_dir/rabbitmq epmd attempt
    bin=$(rabbitmq_bin)
    epmd=$(epmd_program)
    # What it says before its log is open, and the log itself.
    rabbitmq_output=$folder/output.log
    rabbitmq_log=$folder/broker.log
    mkdir "$folder" "$folder/home"
    # Named in place of the files under /etc/rabbitmq, which are another broker's.
    printf '[].\n' >"$folder/enabled_plugins"
    : >"$folder/rabbitmq-env.conf"
    : >"$folder/rabbitmq.conf"
    mkdir "$folder/conf.d"

    for attempt in 1 2 3; do
        if start_broker "$bin" "$epmd" "$folder" "$attempt"; then
            return
        fi
        say "RabbitMQ did not come up (attempt $attempt)"
        stop_rabbitmq
    done
    fail "RabbitMQ did not start"
}

start_broker() {
    local bin=$1 epmd=$2 folder=$3 attempt=$4 amqp_port dist_port epmd_port data
    data=$folder/data-$attempt
    free_port
    amqp_port=$REPLY
    free_port
    dist_port=$REPLY
    free_port
    epmd_port=$REPLY

    # In the foreground: left to itself, the broker would start one as a daemon that outlives it.
    launch env ERL_EPMD_ADDRESS=127.0.0.1 "$epmd" -port "$epmd_port" >"$folder/epmd.log" 2>&1
    epmd_group=$REPLY
    wait_while_runs 10 "$epmd_group" port_answers "$epmd_port" || return 1

    local private=(env
        HOME="$folder/home"
        LC_ALL=C.UTF-8
        ERL_EPMD_ADDRESS=127.0.0.1
        ERL_EPMD_PORT="$epmd_port"
        RABBITMQ_NODENAME="colophon-$amqp_port@localhost"
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
        RABBITMQ_NODE_PORT="$amqp_port"
        RABBITMQ_DIST_PORT="$dist_port"
        RABBITMQ_MNESIA_BASE="$data"
        RABBITMQ_LOG_BASE="$folder"
        RABBITMQ_LOGS="$rabbitmq_log"
        RABBITMQ_PID_FILE="$folder/server-$attempt.pid"
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins"
        RABBITMQ_CONF_ENV_FILE="$folder/rabbitmq-env.conf"
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf"
        RABBITMQ_CONFIG_FILES="$folder/conf.d"
        RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config"
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}")
    launch "${private[@]}" "$bin/rabbitmq-server" >"$rabbitmq_output" 2>&1
    rabbitmq_group=$REPLY
    wait_while_runs 90 "$rabbitmq_group" port_answers "$amqp_port" || return 1
    # The port alone could be another program's; the node itself says when it has started.
    "${private[@]}" "$bin/rabbitmqctl" --quiet --timeout 60 await_startup \
        >>"$folder/rabbitmqctl.log" 2>&1 </dev/null || return 1

    export TEST_BROKER_URL=amqp://guest:guest@127.0.0.1:$amqp_port/%2f
    say "$(grep -o -m 1 'RabbitMQ [0-9][0-9.]*' "$rabbitmq_output" || true) on port $amqp_port"
}

port_answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

stop_rabbitmq() {
    if [[ -n $rabbitmq_group ]]; then
        stop_group "$rabbitmq_group" TERM 30
        rabbitmq_group=
    fi
    if [[ -n $epmd_group ]]; then
        stop_group "$epmd_group" TERM 5
        epmd_group=
    fi
}
