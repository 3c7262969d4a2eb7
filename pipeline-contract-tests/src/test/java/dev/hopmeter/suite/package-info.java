@NullMarked
package dev.hopmeter.suite;

import org.jspecify.annotations.NullMarked;
