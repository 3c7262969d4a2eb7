/** HTTP to Postgres: an order is answered once its transaction is committed. */
@NullMarked
package dev.hopmeter.order;

import org.jspecify.annotations.NullMarked;
