@NullMarked
package dev.hopmeter.connect;

import org.jspecify.annotations.NullMarked;
