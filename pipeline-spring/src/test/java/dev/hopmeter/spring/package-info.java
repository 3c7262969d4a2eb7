@NullMarked
package dev.hopmeter.spring;

import org.jspecify.annotations.NullMarked;
