/** The change-data-capture connector: rows of the table of orders become records of the change topic. */
@NullMarked
package dev.hopmeter.cdc;

import org.jspecify.annotations.NullMarked;
