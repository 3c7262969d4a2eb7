/** Orders by HTTP, the same for each service that stores them. */
@NullMarked
package dev.hopmeter.spring.orders;

import org.jspecify.annotations.NullMarked;
