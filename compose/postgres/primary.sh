# shellcheck shell=bash
# Run once, when the primary is made: who may stream from it, a slot for each standby, and that a commit waits for one of the two.
# That last one counts from the next start on, as there is no standby yet.
psql -X -w -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE hopmeter_standby LOGIN REPLICATION PASSWORD :'password';
SELECT pg_create_physical_replication_slot(name, true) FROM unnest(ARRAY['standby_1', 'standby_2']) AS name;
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby_1, standby_2)';
SQL
printf 'host replication hopmeter_standby all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
