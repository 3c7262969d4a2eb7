CREATE TABLE unified_checkpoints (
    instance           text   NOT NULL CONSTRAINT unified_checkpoints_pk PRIMARY KEY,
    position           pg_lsn NOT NULL,
    orders_time_millis bigint NOT NULL,
    events_time_millis bigint NOT NULL
);

COMMENT ON COLUMN unified_checkpoints.position IS 'every commit up to here is in the windows, and none after it';
COMMENT ON COLUMN unified_checkpoints.orders_time_millis IS 'the latest time of an order, by which windows close; events_time_millis that of an event';

CREATE TABLE unified_windows (
    instance      text   NOT NULL,
    source        text   NOT NULL,
    size          text   NOT NULL,
    key           text   NOT NULL,
    start_millis  bigint NOT NULL,
    count         bigint NOT NULL,
    sum           bigint NOT NULL,
    through       bigint NOT NULL,
    newest_millis bigint NOT NULL,
    CONSTRAINT unified_windows_pk PRIMARY KEY (instance, source, size, key, start_millis)
) WITH (fillfactor = 50); -- Room for the next second's version of a row in the same page.

CREATE TABLE unified_instances (
    instance text NOT NULL CONSTRAINT unified_instances_pk PRIMARY KEY,
    number   int  NOT NULL GENERATED ALWAYS AS IDENTITY,
    address  text NOT NULL
);

COMMENT ON COLUMN unified_instances.number IS 'of the advisory lock that the instance''s session holds while it is alive';
