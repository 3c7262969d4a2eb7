@NullMarked
package dev.hopmeter.rows;

import org.jspecify.annotations.NullMarked;
