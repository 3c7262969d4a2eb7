package dev.hopmeter.unified;

/** What to do at a start that finds the log from the last checkpoint on gone. */
enum SlotLost {
    /** End with an error: the windows would miss what was in it. */
    FAIL,
    /** Forget the windows, and go on with what the log has from now on. */
    START_ANEW
}
