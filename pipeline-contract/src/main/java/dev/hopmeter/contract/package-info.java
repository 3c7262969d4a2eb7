/** Order, filter, window, stamp, hop, trail and route: the vocabulary that every backend and the load generator share. */
@NullMarked
package dev.hopmeter.contract;

import org.jspecify.annotations.NullMarked;
