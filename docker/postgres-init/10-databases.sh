#!/usr/bin/env bash
# Gives each service a role and a database of its own, which the other can't even connect to. Run
# once by the image's entry point, on an empty data folder.
set -euo pipefail

create() {
    # Passwords go in through the environment: an argument would show in the list of processes.
    NEW_PASSWORD=$2 psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet \
        --set ON_ERROR_STOP=1 --set name="$1" <<'SQL'
\getenv password NEW_PASSWORD
CREATE ROLE :"name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

create authors "${AUTHORS_DB_PASSWORD:?}"
create books "${BOOKS_DB_PASSWORD:?}"
psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --command 'REVOKE ALL ON DATABASE postgres FROM PUBLIC'
