/** What the services of the conventional backend share: stamps with their timers, wire format, poison records, leash. */
@NullMarked
package dev.hopmeter.spring;

import org.jspecify.annotations.NullMarked;
