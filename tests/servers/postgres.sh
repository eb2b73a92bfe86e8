# shellcheck shell=bash
# A private PostgreSQL server: its own data, its own port, gone after the run. Sourced by run.sh.

postgres_group=
postgres_log=

# PostgreSQL refuses to run as root, so root runs it as somebody else.
postgres_user() {
    if ((EUID != 0)); then
        return
    elif id postgres >/dev/null 2>&1; then
        printf 'postgres\n'
    else
        printf 'nobody\n'
    fi
}

# Starts the server and exports TEST_DATABASE_URL, unless that is set.
start_postgres() {
    if [[ -n ${TEST_DATABASE_URL:-} ]]; then
        say "PostgreSQL: the one that TEST_DATABASE_URL names"
        return
    fi
    local bin folder=$run_dir/postgres user as_user=()
    bin=$(postgres_bin)
    postgres_log=$folder/server.log
    mkdir "$folder"
    user=$(postgres_user)
    if [[ -n $user ]]; then
        as_user=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
        chown "$user" "$folder"
    fi

    # From inside the folder: the user may not read the one we are in.
    (
        cd "$folder"
        "${as_user[@]}" env HOME="$folder" "$bin/initdb" --pgdata "$folder/data" --username postgres \
            --encoding UTF8 --locale C.UTF-8 --auth trust --no-sync --no-instructions
    ) >"$folder/initdb.log" 2>&1 || {
        tail -n 20 "$folder/initdb.log" >&2
        fail "initdb failed"
    }

    local attempt port
    for attempt in 1 2 3; do
        free_port
        port=$REPLY
        launch "${as_user[@]}" "$bin/postgres" -D "$folder/data" \
            -c listen_addresses=127.0.0.1 -c port="$port" -c unix_socket_directories="$folder" \
            -c max_connections=200 -c timezone=UTC -c log_timezone=UTC \
            >"$postgres_log" 2>&1
        postgres_group=$REPLY
        # Asked through the socket in our folder, so that no other server can answer.
        if wait_while_runs 60 "$postgres_group" "$bin/pg_isready" -q -h "$folder" -p "$port" -U postgres; then
            export TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres
            say "$("$bin/postgres" --version) on port $port"
            return
        fi
        say "PostgreSQL did not come up on port $port (attempt $attempt)"
        stop_postgres
    done
    fail "PostgreSQL did not start"
}

# SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
stop_postgres() {
    [[ -n $postgres_group ]] || return 0
    stop_group "$postgres_group" INT 20
    postgres_group=
}
