/** What the services with WebSockets share: who is connected, what waits for them, and how it is written to their sockets. */
@NullMarked
package dev.hopmeter.spring.push;

import org.jspecify.annotations.NullMarked;
