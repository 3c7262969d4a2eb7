/** WebSocket push: subscribers and their filters, events from the inbox or from the change topic, frames to sockets. */
@NullMarked
package dev.hopmeter.notifier;

import org.jspecify.annotations.NullMarked;
