# shellcheck shell=bash
# Installs Schemathesis, which is no package of the distributions, from the Python package index
# into a folder below target. Sourced by run.sh.

# Whether Python can make a folder of packages.
python_has_venv() {
    command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null
}

# Sets SCHEMATHESIS to the program; installs it when it is missing or is another version.
require_schemathesis() {
    [[ -z ${SCHEMATHESIS:-} ]] || return 0
    local home=${CARGO_TARGET_DIR:-target}/schemathesis wanted=tests/openapi/requirements.txt
    mkdir -p "$home"
    home=$(readlink -f "$home")
    export SCHEMATHESIS=$home/bin/schemathesis
    if cmp -s "$wanted" "$home/installed.txt" && "$SCHEMATHESIS" --version >/dev/null 2>&1; then
        return 0
    fi
    say "installing Schemathesis below $home"
    rm -rf "$home"
    python3 -m venv "$home" && "$home/bin/pip" -q --disable-pip-version-check install -r "$wanted" ||
        fail "missing: Schemathesis; install what $wanted names and set SCHEMATHESIS to its program"
    cp "$wanted" "$home/installed.txt"
}
