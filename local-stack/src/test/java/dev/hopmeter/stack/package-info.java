@NullMarked
package dev.hopmeter.stack;

import org.jspecify.annotations.NullMarked;
