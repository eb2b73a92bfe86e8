# shellcheck shell=bash
# Finds the programs that the tests need, and installs the missing ones from the distribution's
# packages where that needs no question to be asked. Sourced by run.sh.

# Prints the folder of the newest PostgreSQL server's programs. Debian keeps them out of PATH.
postgres_bin() {
    local folder found=
    while IFS= read -r folder; do
        [[ -x $folder/initdb && -x $folder/postgres && -x $folder/pg_isready ]] && found=$folder
    done < <(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -V)
    if [[ -z $found ]] && command -v initdb postgres pg_isready >/dev/null; then
        found=$(dirname "$(command -v initdb)")
    fi
    [[ -n $found ]] && printf '%s\n' "$found"
}

# Prints the folder of RabbitMQ's own scripts. Debian's /usr/sbin/rabbitmq-server is another one,
# which changes to the user rabbitmq and to that user's data.
rabbitmq_bin() {
    local folder=/usr/lib/rabbitmq/bin
    if [[ ! -x $folder/rabbitmq-server ]]; then
        folder=$(command -v rabbitmq-server) || return 1
        folder=$(dirname "$(readlink -f "$folder")")
    fi
    [[ -x $folder/rabbitmqctl ]] && printf '%s\n' "$folder"
}

# Prints the path of Erlang's port mapper daemon.
epmd_program() {
    command -v epmd && return
    local program
    for program in /usr/lib/erlang/bin/epmd /usr/lib/erlang/erts-*/bin/epmd; do
        [[ -x $program ]] && printf '%s\n' "$program" && return
    done
    return 1
}

# Prints the path of the library that stands between a program and the system's clock.
faketime_library() {
    local library
    for library in /usr/lib/*/faketime/libfaketimeMT.so.1 /usr{,/local}/lib/faketime/libfaketimeMT.so.1; do
        [[ -e $library ]] && printf '%s\n' "$library" && return
    done
    return 1
}

# Sets missing to what is not there, and packages to what would bring it.
look_for_programs() {
    missing=()
    packages=()
    if ! command -v cc >/dev/null; then
        missing+=("a C compiler (cc), for SQLite and ring")
        packages+=(gcc libc6-dev)
    fi
    # Needed even with TEST_DATABASE_URL: the tests that kill a server start one of their own.
    if ! postgres_bin >/dev/null; then
        missing+=("the PostgreSQL server (initdb, postgres, pg_isready)")
        packages+=(postgresql)
    fi
    # Needed even with TEST_BROKER_URL: the tests that stop a broker start one of their own.
    if ! rabbitmq_bin >/dev/null || ! epmd_program >/dev/null; then
        missing+=("RabbitMQ (rabbitmq-server, rabbitmqctl, epmd)")
        packages+=(rabbitmq-server)
    fi
    if ! faketime_library >/dev/null; then
        missing+=("libfaketime, for the tests that set clocks wrong")
        packages+=(libfaketime)
    fi
    if [[ -z ${SCHEMATHESIS:-} ]] && ! python_has_venv; then
        missing+=("Python 3 with venv, for Schemathesis")
        packages+=(python3 python3-venv)
    fi
}

# The command that runs apt-get as root without asking, or nothing.
as_root=()

may_install() {
    command -v apt-get >/dev/null || return 1
    if ((EUID == 0)); then
        as_root=(env)
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=(sudo -n env)
    else
        return 1
    fi
}

# Keeps the packages from starting the servers they bring: the tests start private ones.
readonly start_policy=/usr/sbin/policy-rc.d
start_policy_is_ours=

forbid_service_start() {
    [[ ! -e $start_policy ]] || return 0
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$start_policy" >/dev/null
    "${as_root[@]}" chmod 755 "$start_policy"
    start_policy_is_ours=yes
}

allow_service_start() {
    [[ -n $start_policy_is_ours ]] || return 0
    "${as_root[@]}" rm -f "$start_policy"
    start_policy_is_ours=
}

# Makes sure that every program is there; fails naming those that are not.
require_programs() {
    command -v cargo >/dev/null || fail "missing: cargo (https://rustup.rs)"
    require_packages
    require_schemathesis
}

require_packages() {
    local missing packages
    look_for_programs
    ((${#missing[@]} > 0)) || return 0
    if may_install; then
        say "installing ${packages[*]}"
        forbid_service_start
        local apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
        "${apt[@]}" update </dev/null || say "apt-get update failed; trying with the lists that are there"
        "${apt[@]}" install -y --no-install-recommends "${packages[@]}" </dev/null || say "apt-get install failed"
        allow_service_start
        look_for_programs
        ((${#missing[@]} > 0)) || return 0
    fi
    printf 'run.sh: missing: %s\n' "${missing[@]}" >&2
    fail "install them and run again (on Debian and Ubuntu: apt-get install ${packages[*]})"
}
