/** Orders and messages, by the subscriptions held in Redis, to the inboxes of the notifiers that hold the subscribers. */
@NullMarked
package dev.hopmeter.router;

import org.jspecify.annotations.NullMarked;
