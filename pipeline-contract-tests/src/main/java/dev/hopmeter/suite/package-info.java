/** The suite that each backend must pass. */
@NullMarked
package dev.hopmeter.suite;

import org.jspecify.annotations.NullMarked;
