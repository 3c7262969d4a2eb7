@NullMarked
package dev.hopmeter.spring.windows;

import org.jspecify.annotations.NullMarked;
