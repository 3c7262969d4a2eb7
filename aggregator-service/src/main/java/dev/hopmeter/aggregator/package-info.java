/** Windowed counts and sums of the orders of each region and kind, kept by Kafka Streams and queried by HTTP. */
@NullMarked
package dev.hopmeter.aggregator;

import org.jspecify.annotations.NullMarked;
