@NullMarked
package dev.hopmeter.cdc;

import org.jspecify.annotations.NullMarked;
