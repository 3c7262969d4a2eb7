@NullMarked
package dev.hopmeter.spring.push;

import org.jspecify.annotations.NullMarked;
