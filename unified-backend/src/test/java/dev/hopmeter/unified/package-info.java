@NullMarked
package dev.hopmeter.unified;

import org.jspecify.annotations.NullMarked;
