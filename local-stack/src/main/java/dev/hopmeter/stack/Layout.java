package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How many processes the parts run in, which of the two ways of change data capture is among them, and how their JVMs
 * compile.
 *
 * @param instances of the unified backend's service; that backend has nothing else of this but the compilers
 * @param harperHome the folder in which the user has installed Harper, which that backend alone has, and nothing else of this
 */
public record Layout(
        BrokerLayout brokers,
        ServiceLayout services,
        CdcLayout cdc,
        Compilers compilers,
        int instances,
        Optional<Path> harperHome) {

    /** The brokers together, a process for each service, and {@code cdc-connector} as one of these. */
    public static final Layout USUAL = new Layout(BrokerLayout.TOGETHER, ServiceLayout.SEPARATE);

    /** With {@code cdc-connector}, compiled as is usual for this machine. */
    public Layout(BrokerLayout brokers, ServiceLayout services) {
        this(brokers, services, CdcLayout.ENGINE, Compilers.usual(), 1, Optional.empty());
    }

    /** The same with Harper's folder, if it is known. */
    public Layout withHarperHome(Optional<Path> folder) {
        return new Layout(brokers, services, cdc, compilers, instances, folder);
    }
}
