@NullMarked
package dev.hopmeter.aggregator;

import org.jspecify.annotations.NullMarked;
