/** Orders, messages, events, fan-out, windows and queries in one service, on the log of one replicated Postgres. */
@NullMarked
package dev.hopmeter.unified;

import org.jspecify.annotations.NullMarked;
