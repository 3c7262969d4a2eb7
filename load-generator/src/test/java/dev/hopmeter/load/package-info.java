/** Tests of the load generator. */
@NullMarked
package dev.hopmeter.load;

import org.jspecify.annotations.NullMarked;
