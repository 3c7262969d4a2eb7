/** Real Postgres, Kafka and Redis and the service jars on this machine, as processes of their own in one temporary folder. */
@NullMarked
package dev.hopmeter.stack;

import org.jspecify.annotations.NullMarked;
