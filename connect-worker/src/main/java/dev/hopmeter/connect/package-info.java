/** A Kafka Connect worker that does what {@code cdc-connector} does: rows of the table of orders to the change topic. */
@NullMarked
package dev.hopmeter.connect;

import org.jspecify.annotations.NullMarked;
