@NullMarked
package dev.hopmeter.spring.orders;

import org.jspecify.annotations.NullMarked;
