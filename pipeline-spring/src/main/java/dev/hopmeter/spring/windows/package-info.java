/** Windowed sums as clients see them: queries, watchers and their frames, the same whatever sums. */
@NullMarked
package dev.hopmeter.spring.windows;

import org.jspecify.annotations.NullMarked;
