/** From a row that Debezium read to the record on the change topic, without Spring: for the engine and a Connect worker. */
@NullMarked
package dev.hopmeter.rows;

import org.jspecify.annotations.NullMarked;
