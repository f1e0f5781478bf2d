#!/bin/sh
# The site's database, and a role that needs nothing beyond owning it; PostgreSQL's image runs this once (compose.yaml).
# The settings of the role keep titles, addresses and hashes of passwords out of the log when a statement fails.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$SITE_PASSWORD" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE secureblogs LOGIN PASSWORD :'password';
ALTER ROLE secureblogs SET log_min_error_statement = panic;
ALTER ROLE secureblogs SET log_error_verbosity = terse;
CREATE DATABASE secureblogs OWNER secureblogs;
SQL
