/** The rules that the whole tree obeys. */
@NullMarked
package dev.hopmeter.rules;

import org.jspecify.annotations.NullMarked;
