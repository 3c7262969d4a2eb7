/** Schedule, drivers, recording, and the command line. */
@NullMarked
package dev.hopmeter.load;

import org.jspecify.annotations.NullMarked;
