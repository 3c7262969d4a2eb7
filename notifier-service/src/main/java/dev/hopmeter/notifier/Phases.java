package dev.hopmeter.notifier;

import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** When parts start, and in the opposite order stop. */
final class Phases {

    /** What has to be there for the first handshake. */
    static final int BEFORE_THE_WEB_SERVER = ServletWebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1_024;

    /** What starts last, and stops first. */
    static final int LAST = SmartLifecycle.DEFAULT_PHASE;

    private Phases() {}
}
