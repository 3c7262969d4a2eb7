@NullMarked
package dev.hopmeter.contract;

import org.jspecify.annotations.NullMarked;
