CREATE TABLE orders (
    id              uuid        NOT NULL CONSTRAINT orders_pk PRIMARY KEY,
    idempotency_key text                 CONSTRAINT orders_idempotency_key_unique UNIQUE,
    fingerprint     bytea       NOT NULL,
    customer        text        NOT NULL,
    region          text        NOT NULL,
    kind            text        NOT NULL,
    amount          bigint      NOT NULL,
    currency        text        NOT NULL,
    lines           jsonb       NOT NULL,
    placed_at       timestamptz NOT NULL,
    placed_nanos    bigint      NOT NULL,
    trail           text
);

COMMENT ON COLUMN orders.fingerprint IS 'SHA-256 of the draft''s JSON, to tell a repetition from another order with the same key';
COMMENT ON COLUMN orders.amount IS 'in minor units of the currency';
COMMENT ON COLUMN orders.placed_at IS 'placed_nanos cut to microseconds, for queries by people';
COMMENT ON COLUMN orders.placed_nanos IS 'when the service received the order, in epoch nanoseconds';
COMMENT ON COLUMN orders.trail IS 'the order''s stamps up to received; null for an order placed without a trail';

-- Works whatever wal_level is; below 'logical' Postgres warns, and change data capture has nothing to read.
CREATE PUBLICATION hopmeter_orders FOR TABLE orders;
